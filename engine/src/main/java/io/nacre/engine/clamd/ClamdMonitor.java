package io.nacre.engine.clamd;

import io.nacre.engine.policy.Scanners;
import io.nacre.engine.policy.Scanners.Scanner;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.PeerCredentials;
import java.io.IOException;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Asks clamd for its VERSION again and again, and learns who it is; blocks on a thread of its own.
 *
 * <p>So status tells the truth also while nothing is opened, and clamd is known as the scanner
 * before it opens a protected file. Another VERSION, or another process, may have other signatures.
 */
final class ClamdMonitor extends AbstractBehavior<ClamdMonitor.Command> {

  /** What a monitor can be told; only by itself. */
  sealed interface Command {}

  private enum Ask implements Command {
    INSTANCE
  }

  private static final int SYSTEMD = 1;
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration FIRST_PERIOD_WHILE_DOWN = Duration.ofMillis(20);
  private static final Duration LAST_PERIOD_WHILE_DOWN = Duration.ofMillis(320);
  private static final Duration TIMEOUT = Duration.ofMillis(700);

  private final String path;
  private final ClamdHealth health;
  private final Scanners scanners;
  private final Runnable newSignatures;
  private final WakeUp stop;
  private final TimerScheduler<Command> timers;
  private final ProcFs procFs = new ProcFs();
  private Duration periodWhileDown = FIRST_PERIOD_WHILE_DOWN;
  private String known = "";

  /** Asks the clamd at {@code path}; {@code newSignatures} is run when it may have others. */
  static Behavior<Command> create(
      String path, ClamdHealth health, Scanners scanners, Runnable newSignatures, WakeUp stop) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new ClamdMonitor(
                        context, path, health, scanners, newSignatures, stop, timers)));
  }

  private ClamdMonitor(
      ActorContext<Command> context,
      String path,
      ClamdHealth health,
      Scanners scanners,
      Runnable newSignatures,
      WakeUp stop,
      TimerScheduler<Command> timers) {
    super(context);
    this.path = path;
    this.health = health;
    this.scanners = scanners;
    this.newSignatures = newSignatures;
    this.stop = stop;
    this.timers = timers;
    context.getSelf().tell(Ask.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Ask.class, ask -> onAsk()).build();
  }

  private Behavior<Command> onAsk() {
    ask();
    if (health.reading().state() == ClamdHealth.State.UP) {
      periodWhileDown = FIRST_PERIOD_WHILE_DOWN;
      timers.startSingleTimer(Ask.INSTANCE, PERIOD);
    } else {
      timers.startSingleTimer(Ask.INSTANCE, periodWhileDown);
      if (periodWhileDown.compareTo(LAST_PERIOD_WHILE_DOWN) < 0) {
        periodWhileDown = periodWhileDown.multipliedBy(2);
      }
    }
    return this;
  }

  private void ask() {
    try (ClamdSession session = ClamdSession.open(path, TIMEOUT, stop)) {
      learn(session.peer());
      String version = session.version(TIMEOUT);
      compare(session.peer().pid() + " " + version);
      if (health.up(version)) {
        getContext().getLog().info("clamd at {} is up: {}", path, version);
      }
    } catch (StoppingException e) {
      getContext().getLog().debug("no longer asking clamd: {}", e.getMessage());
    } catch (ErrnoException e) {
      if (health.down(e.getMessage())) {
        getContext().getLog().warn("clamd at {} is down: {}", path, e.getMessage());
      }
    } catch (IOException e) {
      if (health.silent(String.valueOf(e.getMessage()))) {
        getContext()
            .getLog()
            .warn("clamd at {} is silent: {}", path, String.valueOf(e.getMessage()));
      }
    }
  }

  private void compare(String now) {
    if (!now.equals(known)) {
      known = now;
      newSignatures.run();
    }
  }

  private void learn(PeerCredentials peer) {
    if (peer.pid() > SYSTEMD) {
      procFs
          .program(peer.pid())
          .ifPresent(program -> scanners.learn(new Scanner(program, peer.uid())));
    } else if (peer.pid() == SYSTEMD) {
      learnPackaged();
    }
  }

  /** systemd listens for clamd, and must not be taken for it: clamd then is the packaged one. */
  private void learnPackaged() {
    EmbeddedClamd.findProgram()
        .ifPresent(
            program ->
                EmbeddedClamd.databaseOwner()
                    .ifPresent(uid -> scanners.learn(new Scanner(program.toString(), uid))));
  }
}
