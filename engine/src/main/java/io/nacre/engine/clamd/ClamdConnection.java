package io.nacre.engine.clamd;

import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Scans one file at a time over one clamd session, which it owns; blocks on a thread of its own.
 *
 * <p>A session that breaks is opened again for the same file as often as {@code retries} allows.
 * The process that waits is answered here, by the thread that learnt the verdict, before anybody is
 * told.
 */
final class ClamdConnection extends AbstractBehavior<ClamdConnection.Command> {

  /** What a connection can be told. */
  sealed interface Command {}

  /**
   * Scan the file of {@code request}; the request is answered, and then {@code whenScanned} told. A
   * function and no reply address: an ask would make an actor and a timer for each scan.
   */
  record Scan(PermissionRequest request, Consumer<Verdict> whenScanned) implements Command {}

  private enum Idle implements Command {
    INSTANCE
  }

  /**
   * What all connections to one clamd have in common.
   *
   * @param path its socket
   * @param stop ends every wait
   */
  record Setup(
      String path,
      ClamdHealth health,
      WakeUp stop,
      Duration connectTimeout,
      Duration scanTimeout,
      int retries,
      LongSupplier nanoClock) {}

  /**
   * clamd ends a session that is silent for longer, and counts it against its limits until then.
   */
  private static final Duration KEEP_IDLE = Duration.ofSeconds(15);

  private final Setup setup;
  private Optional<ClamdSession> session = Optional.empty();

  static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(
        context -> {
          context.setReceiveTimeout(KEEP_IDLE, Idle.INSTANCE);
          return new ClamdConnection(context, setup);
        });
  }

  private ClamdConnection(ActorContext<Command> context, Setup setup) {
    super(context);
    this.setup = setup;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Scan.class, this::onScan)
        .onMessage(Idle.class, idle -> onIdle())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onScan(Scan scan) {
    Verdict verdict = scan(scan.request().file());
    scan.request().answer(verdict, setup.nanoClock().getAsLong());
    scan.whenScanned().accept(verdict);
    return this;
  }

  private Behavior<Command> onIdle() {
    closeSession();
    return this;
  }

  private Behavior<Command> onPostStop() {
    closeSession();
    return this;
  }

  private Verdict scan(int fd) {
    for (int attempt = 0; ; attempt++) {
      ClamdSession current;
      try {
        current = session();
      } catch (StoppingException e) {
        return stopping(e);
      } catch (IOException e) {
        return new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, String.valueOf(e.getMessage()));
      }
      try {
        return current.scan(fd, setup.scanTimeout());
      } catch (StoppingException e) {
        return stopping(e);
      } catch (IOException e) {
        closeSession();
        // A scan that took too long once would do so again.
        if (e instanceof SocketTimeoutException || attempt >= setup.retries()) {
          return new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, String.valueOf(e.getMessage()));
        }
      }
    }
  }

  private static Verdict stopping(StoppingException e) {
    return new Verdict.Unscanned(FallbackReason.STOPPING, String.valueOf(e.getMessage()));
  }

  private ClamdSession session() throws IOException {
    if (session.isPresent() && session.get().isOpen()) {
      return session.get();
    }
    if (!setup.health().mayConnect()) {
      throw new IOException(setup.health().reading().detail());
    }
    try {
      ClamdSession opened = ClamdSession.open(setup.path(), setup.connectTimeout(), setup.stop());
      session = Optional.of(opened);
      setup.health().reached();
      return opened;
    } catch (StoppingException e) {
      throw e;
    } catch (IOException e) {
      if (setup.health().down(String.valueOf(e.getMessage()))) {
        getContext()
            .getLog()
            .warn("clamd at {} is down: {}", setup.path(), String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private void closeSession() {
    session.ifPresent(ClamdSession::close);
    session = Optional.empty();
  }
}
