package io.nacre.engine.clamd;

import io.nacre.engine.config.ClamdConfig;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The pool of one configuration with its actors, from its start until another one has replaced it
 * and its last scan has ended.
 *
 * @param setup what all pools of an engine have in common
 * @param selection the clamds
 * @param stop ends the actors of this pool alone
 * @param supervisor the actor of the embedded clamd, if there is one; a pool shares it with the
 *     pool that it replaces
 */
record RunningPool(
    Setup setup,
    ClamdSelection selection,
    ClamdPool pool,
    WakeUp stop,
    Optional<ActorRef<ClamdSupervisor.Command>> supervisor) {

  /** What all pools of an engine have in common. */
  record Setup(StageActors actors, StageContext context, SignatureSet signatures) {}

  private static final Duration CHECK = Duration.ofMillis(50);

  /** A pool that is not idle yet is ended after the timeout of its scans and this time. */
  private static final Duration LEEWAY = Duration.ofSeconds(5);

  /**
   * Starts the actors.
   *
   * @param name the prefix of the actors' names
   * @param replaced the pool that this one will replace
   */
  static RunningPool start(
      Setup setup,
      ClamdConfig config,
      ClamdSelection selection,
      String name,
      Optional<RunningPool> replaced)
      throws ErrnoException {
    StageContext context = setup.context();
    WakeUp stop = context.stops().openPart();
    try {
      ClamdPool pool =
          ClamdPool.start(
              setup.actors(),
              name,
              ClamdPool.Settings.of(config),
              selection.clamds().endpoints(),
              context.scannerProcesses(),
              setup.signatures(),
              stop,
              context.nanoClock());
      return new RunningPool(
          setup, selection, pool, stop, supervisor(setup, selection, name, replaced));
    } catch (ErrnoException e) {
      context.stops().closePart(stop); // no actor was started
      throw e;
    }
  }

  private static Optional<ActorRef<ClamdSupervisor.Command>> supervisor(
      Setup setup, ClamdSelection selection, String name, Optional<RunningPool> replaced) {
    if (selection.embedded().isEmpty()) {
      return Optional.empty();
    }
    Optional<ActorRef<ClamdSupervisor.Command>> present =
        replaced
            .filter(old -> old.selection().embedded().equals(selection.embedded()))
            .flatMap(RunningPool::supervisor);
    return present.isPresent()
        ? present
        : Optional.of(
            setup
                .actors()
                .spawnPinned(
                    ClamdSupervisor.create(
                        selection.embedded().get(), setup.context().scannerProcesses()),
                    name + "supervisor"));
  }

  /**
   * Hands every scan that no clamd of this pool has to {@code next}. Ends this pool when its clamds
   * have no scan either, and the clamds of {@code next} have answered.
   */
  void drainInto(RunningPool next, Duration scanTimeout) {
    pool.handTo(next.pool);
    new Drain(this, next, System.nanoTime() + scanTimeout.plus(LEEWAY).toNanos()).checkLater();
  }

  /** The checks whether {@code old} can be ended, one after the other. */
  private record Drain(RunningPool old, RunningPool next, long limitNanos) implements Runnable {

    void checkLater() {
      ActorSystem<?> system = old.setup().actors().system();
      system.scheduler().scheduleOnce(CHECK, this, system.executionContext());
    }

    @Override
    public void run() {
      boolean isOver = old.pool().isIdle() && next.hasAnswered();
      if (isOver || System.nanoTime() - limitNanos > 0) {
        old.end(next);
      } else {
        checkLater();
      }
    }
  }

  private boolean hasAnswered() {
    return selection.clamds().endpoints().stream()
        .noneMatch(endpoint -> endpoint.health().reading().state() == ClamdHealth.State.UNKNOWN);
  }

  /** Ends the actors of this pool, except those that {@code other} uses as well. */
  void end(RunningPool other) {
    setup.actors().dismiss(pool.started(), () -> setup.context().stops().closePart(stop));
    stop.signal();
    if (supervisor.isPresent() && !supervisor.equals(other.supervisor)) {
      setup.actors().dismiss(List.of(supervisor.get()), () -> {});
      supervisor.get().tell(ClamdSupervisor.Stop.INSTANCE);
    }
  }
}
