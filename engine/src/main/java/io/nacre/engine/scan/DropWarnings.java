package io.nacre.engine.scan;

import io.nacre.engine.log.GrowthWarning;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Warns that files were dropped from the background, at most once a minute: the threads that drop
 * them are on the way of an event and log nothing.
 */
public final class DropWarnings extends AbstractBehavior<DropWarnings.Command> {

  /** Sent only by the actor itself. */
  public sealed interface Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final LongSupplier dropped;
  private final GrowthWarning warning = new GrowthWarning();
  private long looks;

  /** Creates one for a count that only grows. */
  public static Behavior<Command> create(LongSupplier dropped) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new DropWarnings(context, dropped, timers)));
  }

  private DropWarnings(
      ActorContext<Command> context, LongSupplier dropped, TimerScheduler<Command> timers) {
    super(context);
    this.dropped = dropped;
    timers.startTimerWithFixedDelay(Look.INSTANCE, PERIOD);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Look.class, look -> onLook()).build();
  }

  private Behavior<Command> onLook() {
    looks++;
    warning
        .due(dropped.getAsLong(), looks * PERIOD.toNanos())
        .ifPresent(
            files ->
                getContext()
                    .getLog()
                    .warn(
                        "{} written files are not scanned before there is room for them, or a"
                            + " process opens them: too many wait",
                        files));
    return this;
  }
}
