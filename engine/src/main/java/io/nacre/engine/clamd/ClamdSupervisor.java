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
 * Keeps our own clamd running: starts it, starts it again when it dies, and ends it with us.
 *
 * <p>On a thread of its own that never ends before the actor does: clamd is killed when the thread
 * that started it is gone.
 */
public final class ClamdSupervisor extends AbstractBehavior<ClamdSupervisor.Command> {

  /** What a keeper can be told; only by itself. */
  public sealed interface Command {}

  private enum Start implements Command {
    INSTANCE
  }

  private record Exited(int code) implements Command {}

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** A clamd that ran this long was well; its next death starts from the first pause again. */
  private static final long WELL_NANOS = Duration.ofMinutes(1).toNanos();

  private final EmbeddedClamd clamd;
  private final ScannerProcesses scanners;
  private final TimerScheduler<Command> timers;
  private Optional<Process> process = Optional.empty();
  private Duration pause = FIRST_PAUSE;
  private long startedAtNanos;

  /**
   * Keeps {@code clamd} running; must be spawned with a dispatcher whose thread never ends.
   *
   * @param scanners is told of it before its first open, which we could otherwise hold up
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
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onStart() {
    startedAtNanos = System.nanoTime();
    try {
      Files.deleteIfExists(clamd.socket());
      scanners.starting();
      Process started = clamd.start(); // returns behind the first exec
      scanners.started(Math.toIntExact(started.pid()));
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
            "our clamd ended with code {}, see {}; starting it again in {} ms",
            exited.code(),
            clamd.log(),
            pause.toMillis());
    if (System.nanoTime() - startedAtNanos > WELL_NANOS) {
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
    clamd.remove();
    return this;
  }

  private void startLater() {
    process = Optional.empty();
    scanners.ended();
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
