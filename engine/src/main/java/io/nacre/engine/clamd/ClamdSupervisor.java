package io.nacre.engine.clamd;

import io.nacre.engine.policy.ScannerProcesses;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The actor that keeps the embedded clamd running: starts it, restarts it after its end, and stops
 * it with the engine.
 *
 * <ul>
 *   <li>Owns: the process of the embedded clamd and its directory.
 *   <li>Must not own: sessions with it, which are the pool's as for any other clamd.
 *   <li>Hands to: {@link ScannerProcesses} the process number, before clamd opens its first file.
 *   <li>Thread: its own, which never ends before the actor does: the kernel kills clamd when the
 *       thread that started it ends.
 * </ul>
 */
public final class ClamdSupervisor extends AbstractBehavior<ClamdSupervisor.Command> {

  /** The messages of a supervisor. */
  public sealed interface Command {}

  private enum Start implements Command {
    INSTANCE
  }

  private record Exited(int code) implements Command {}

  /** Ends clamd and the supervisor. */
  enum Stop implements Command {
    INSTANCE
  }

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** After a run of this length the next restart waits for the first pause again. */
  private static final long STABLE_NANOS = Duration.ofMinutes(1).toNanos();

  private final EmbeddedClamd clamd;
  private final ScannerProcesses scanners;
  private final TimerScheduler<Command> timers;
  private Optional<Process> process = Optional.empty();
  private Duration pause = FIRST_PAUSE;
  private long startedAtNanos;

  /**
   * The supervisor of {@code clamd}; must be spawned with a dispatcher whose thread never ends.
   *
   * @param scanners gets the process before its first open, which would be blocked otherwise
   */
  public static Behavior<Command> create(EmbeddedClamd clamd, ScannerProcesses scanners) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  context.getSelf().tell(Start.INSTANCE);
                  return new ClamdSupervisor(context, clamd, scanners, timers);
                }));
  }

  private ClamdSupervisor(
      ActorContext<Command> context,
      EmbeddedClamd clamd,
      ScannerProcesses scanners,
      TimerScheduler<Command> timers) {
    super(context);
    this.clamd = clamd;
    this.scanners = scanners;
    this.timers = timers;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Start.class, start -> onStart())
        .onMessage(Exited.class, this::onExited)
        .onMessage(Stop.class, stop -> Behaviors.stopped())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onStart() {
    startedAtNanos = System.nanoTime();
    try {
      Files.deleteIfExists(clamd.socket());
      scanners.expectEmbedded();
      Process started = clamd.start(); // returns after the first exec
      scanners.setEmbedded(Math.toIntExact(started.pid()));
      process = Optional.of(started);
      getContext()
          .pipeToSelf(started.onExit(), (exited, failure) -> new Exited(exited.exitValue()));
    } catch (IOException e) {
      getContext().getLog().warn("cannot start {}: {}", clamd.program(), e.getMessage());
      startLater();
    }
    return this;
  }

  private Behavior<Command> onExited(Exited exited) {
    getContext()
        .getLog()
        .warn(
            "the embedded clamd ended with code {}, see {}; it is started again in {} ms",
            exited.code(),
            clamd.log(),
            pause.toMillis());
    if (System.nanoTime() - startedAtNanos > STABLE_NANOS) {
      pause = FIRST_PAUSE;
    }
    startLater();
    return this;
  }

  private Behavior<Command> onPostStop() {
    process.ifPresent(
        running -> {
          running.destroy();
          if (!endsWithin(running, 500)) {
            running.destroyForcibly();
            endsWithin(running, 500);
          }
        });
    scanners.clearEmbedded();
    clamd.remove();
    return this;
  }

  private void startLater() {
    process = Optional.empty();
    scanners.clearEmbedded();
    timers.startSingleTimer(Start.INSTANCE, pause);
    pause =
        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
  }

  private static boolean endsWithin(Process process, long millis) {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
