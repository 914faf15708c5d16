package io.nacre.engine.scan;

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
  private static final Duration PERIOD_AFTER_A_WARNING = Duration.ofMinutes(1);

  private final LongSupplier dropped;
  private final TimerScheduler<Command> timers;
  private long lastWarned;

  /** Watches a count that only grows. */
  public static Behavior<Command> create(LongSupplier dropped) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new DropWarnings(context, dropped, timers)));
  }

  private DropWarnings(
      ActorContext<Command> context, LongSupplier dropped, TimerScheduler<Command> timers) {
    super(context);
    this.dropped = dropped;
    this.timers = timers;
    timers.startSingleTimer(Look.INSTANCE, PERIOD);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Look.class, look -> onLook()).build();
  }

  private Behavior<Command> onLook() {
    long now = dropped.getAsLong();
    if (now > lastWarned) {
      getContext()
          .getLog()
          .warn(
              "{} files that were written are not scanned before there is room for them or they are"
                  + " opened: too many wait",
              now - lastWarned);
      timers.startSingleTimer(Look.INSTANCE, PERIOD_AFTER_A_WARNING);
    } else {
      timers.startSingleTimer(Look.INSTANCE, PERIOD);
    }
    lastWarned = now;
    return this;
  }
}
