package io.nacre.engine.clamd;

import io.nacre.engine.config.Transport;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * One session with clamd: opens it, receives its replies, and ends it when something is wrong with
 * it. On a thread of its own, which is the one that answers the processes that wait.
 *
 * <p>One bounded step a message: wait at most {@link #STEP}, handle what came, tell itself to go
 * on.
 */
final class ClamdConnection extends AbstractBehavior<ClamdConnection.Command> {

  /** What a connection can be told; only by itself. */
  sealed interface Command {}

  private enum Step implements Command {
    INSTANCE
  }

  /**
   * What all connections have in common.
   *
   * @param stop ends every wait
   * @param connectTimeout the longest wait for a connection
   * @param scanTimeout the longest wait for a verdict
   */
  record Setup(
      WakeUp stop, Duration connectTimeout, Duration scanTimeout, LongSupplier nanoClock) {}

  private static final Duration STEP = Duration.ofSeconds(1);

  /** Waits a message: telling ourselves to go on costs as much as a reply. */
  private static final int ROUNDS = 32;

  /**
   * clamd ends a session that sends nothing for its ReadTimeout, also while it scans for it, and
   * with that all that is under way.
   */
  private static final Duration PING_AFTER = Duration.ofSeconds(10);

  /** A session that is seldom needed counts against clamd's limits for no good. */
  private static final Duration KEEP_IDLE = Duration.ofSeconds(15);

  private final Setup setup;
  private final PoolMember member;
  private final Pipeline pipeline;
  private final Poll idle;
  private final Statx statx = new Statx();
  private Optional<ClamdSession> session = Optional.empty();
  private final Set<Integer> pings = new HashSet<>(); // those without an answer

  /** The connection for the scans of {@code pipeline}, which is one of those of {@code member}. */
  static Behavior<Command> create(Setup setup, PoolMember member, Pipeline pipeline) {
    return Behaviors.setup(context -> new ClamdConnection(context, setup, member, pipeline));
  }

  private ClamdConnection(
      ActorContext<Command> context, Setup setup, PoolMember member, Pipeline pipeline) {
    super(context);
    this.setup = setup;
    this.member = member;
    this.pipeline = pipeline;
    this.idle = new Poll(setup.stop().fd(), pipeline.wakeUp().fd());
    context.getSelf().tell(Step.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Step.class, step -> onStep())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onStep() throws IOException {
    try {
      if (session.isEmpty()) {
        open();
        if (session.isEmpty()) {
          awaitWish();
        }
      }
      int round = 0;
      while (session.isPresent() && work(session.get()) && round < ROUNDS) {
        round++;
      }
    } catch (StoppingException e) {
      return Behaviors.stopped();
    }
    getContext().getSelf().tell(Step.INSTANCE);
    return this;
  }

  private Behavior<Command> onPostStop() {
    member.stopping(pipeline.close());
    pipeline.wakeUp().close();
    return this;
  }

  private void awaitWish() throws IOException {
    idle.await((int) STEP.toMillis());
    if (idle.isReady(0)) {
      throw new StoppingException();
    }
    pipeline.wakeUp().clear();
  }

  private void open() throws StoppingException {
    ClamdEndpoint endpoint = member.endpoint();
    if (!pipeline.isWished() || !endpoint.health().mayConnect()) {
      return;
    }
    try {
      ClamdSession opened =
          ClamdSession.open(
              endpoint.settings().address(),
              setup.connectTimeout(),
              setup.stop(),
              Optional.of(pipeline.wakeUp()));
      session = Optional.of(opened);
      pings.clear();
      pipeline.open(opened);
      member.opened(opened.peer());
    } catch (StoppingException e) {
      throw e;
    } catch (IOException e) {
      member.unreachable(e);
    }
    member.changed();
  }

  /** Waits once, and handles what came; returns true if something did. */
  private boolean work(ClamdSession open) throws StoppingException {
    boolean came = false;
    try {
      Optional<ClamdScan> unsent = pipeline.unsent();
      if (unsent.isPresent()) {
        send(open, unsent.get());
      }
      came = open.await(timeToWait());
      if (came) {
        open.receive();
        onReplies(open);
      }
      if (open.isInterrupted()) {
        pipeline.wakeUp().clear();
      }
      if (session.isPresent()) {
        afterWait();
      }
    } catch (StoppingException e) {
      throw e;
    } catch (IOException e) {
      broken(String.valueOf(e.getMessage()));
    }
    return came;
  }

  private void send(ClamdSession open, ClamdScan scan) throws IOException {
    Optional<Integer> file = scan.borrow();
    if (file.isEmpty()) {
      pipeline.dropUnsent();
      member.dropped(scan);
      return;
    }
    try {
      stream(open, file.get(), scan);
    } finally {
      scan.giveBack();
    }
  }

  private void stream(ClamdSession open, int file, ClamdScan scan) throws IOException {
    if (statx.read(file).size() <= member.endpoint().streamMaxBytes()) {
      pipeline.sent(open.stream(file, setup.scanTimeout()), scan);
    } else {
      pipeline.dropUnsent();
      member.refused(
          scan,
          new Verdict.Unscanned(FallbackReason.OVERSIZE, "bigger than clamd's StreamMaxLength"));
    }
  }

  private void onReplies(ClamdSession open) throws IOException {
    boolean isOver = false;
    for (Optional<String> line = open.nextLine(); line.isPresent(); line = open.nextLine()) {
      isOver |= !onReply(open, ClamdReply.parse(line.get()));
    }
    if (isOver) {
      disturbed(); // clamd ends a session after an error
    }
  }

  /** Returns false if the session is of no use any more. */
  private boolean onReply(ClamdSession open, ClamdReply reply) throws IOException {
    if (reply.isPong() && pings.remove(reply.id())) {
      return true;
    }
    Optional<ClamdScan> scan = pipeline.take(reply.id());
    if (scan.isEmpty()) {
      throw new IOException("clamd said '" + reply.shown() + "' though nobody asked");
    }
    Verdict verdict = reply.verdict(member.transport());
    if (verdict instanceof Verdict.Unscanned refused) {
      if (refused.reason() == FallbackReason.OVERSIZE) {
        member.endpoint().refusedBytes(open.streamedBytes());
      }
      member.refused(scan.get(), refused);
      return false;
    }
    if (member.transport() == Transport.STREAM && !open.isStreamedWhole()) {
      member.broken(scan.get(), "clamd gave a verdict before it had the whole file");
      return false;
    }
    member.ended(scan.get(), verdict);
    return true;
  }

  private Duration timeToWait() {
    long now = setup.nanoClock().getAsLong();
    long ends = pipeline.oldestNanos().orElse(now) + setup.scanTimeout().toNanos();
    return Duration.ofNanos(Math.max(0, Math.min(ends - now, STEP.toNanos())));
  }

  private void afterWait() throws IOException {
    long now = setup.nanoClock().getAsLong();
    long oldest = pipeline.oldestNanos().orElse(now);
    if (now - oldest >= setup.scanTimeout().toNanos()) {
      pipeline
          .takeOldest()
          .ifPresent(
              scan ->
                  member.ended(
                      scan,
                      new Verdict.Unscanned(
                          FallbackReason.CLAMD_ERROR, "clamd did not answer in time")));
      disturbed();
      return;
    }
    long unused = now - pipeline.lastUsedNanos();
    if (!pipeline.isKept() && unused >= KEEP_IDLE.toNanos() && pipeline.closeIfIdle()) {
      session = Optional.empty();
    } else if (now - pipeline.lastSentNanos() >= PING_AFTER.toNanos()) {
      ping();
    }
  }

  private void ping() throws IOException {
    if (!pings.isEmpty() && pipeline.oldestNanos().isEmpty()) {
      throw new IOException("clamd does not answer PING");
    }
    pipeline.ping().ifPresent(pings::add);
  }

  /** The session broke, and nobody knows under which scan. */
  private void broken(String why) {
    session = Optional.empty();
    pipeline.close().forEach(scan -> member.broken(scan, why));
    member.changed();
  }

  /** The session is over because of a scan that has left it; the others are sent again. */
  private void disturbed() {
    session = Optional.empty();
    pipeline.close().forEach(member::disturbed);
    member.changed();
  }
}
