package io.nacre.engine.ops;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import io.nacre.linux.process.OpenFileLimit;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * Looks four times a second whether the engine goes on, and ends it if it does not.
 *
 * <p>Only what was done counts: the readers made a step, no event waits much longer than its
 * deadline, and there are descriptors to read the next one with. With that proof the dead man's
 * timer is re-armed and the service manager told; without it the engine ends, so that everybody who
 * waits goes on. A watchdog that is held up itself re-arms nothing. Runs on a thread of its own.
 */
public final class Watchdog extends AbstractBehavior<Watchdog.Command> {

  /** What it can be told; only by itself. */
  public sealed interface Command {}

  private enum Look implements Command {
    INSTANCE
  }

  /** Ends the process unless it is re-armed in time: {@code DeadMansTimer}. */
  @FunctionalInterface
  public interface DeadMan {
    /** Starts the time anew. */
    void rearm() throws ErrnoException;
  }

  /**
   * What it goes by.
   *
   * @param progressNanos when a reader last made a step
   * @param oldest how long the oldest event that is not answered has waited until a time
   * @param deadline the longest time an event should wait
   * @param patience how much longer it may, and how long the readers may make no step
   * @param descriptorLimit how many descriptors there may be
   * @param countDescriptors is told how many are open; returns whether that is too many
   * @param status how the engine is, on one line
   * @param end ends the engine, with the reason
   * @param stop stops the watchdog
   */
  public record Setup(
      LongSupplier progressNanos,
      LongFunction<Duration> oldest,
      Duration deadline,
      Duration patience,
      DeadMan deadMan,
      long descriptorLimit,
      LongPredicate countDescriptors,
      ServiceNotification service,
      Supplier<String> status,
      Consumer<String> end,
      WakeUp stop,
      LongSupplier nanoClock) {}

  private static final int PERIOD_MILLIS = 250;

  /** With fewer free descriptors the readers could lose events. */
  private static final int LEAST_FREE = 16;

  private final Setup setup;
  private final Poll poll;
  private boolean isShort;

  /** Creates one that looks until {@code stop} is signalled. */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(context -> new Watchdog(context, setup));
  }

  private Watchdog(ActorContext<Command> context, Setup setup) {
    super(context);
    this.setup = setup;
    this.poll = new Poll(setup.stop().fd());
    context.getSelf().tell(Look.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Look.class, look -> onLook()).build();
  }

  private Behavior<Command> onLook() throws IOException {
    Optional<String> trouble = trouble(setup.nanoClock().getAsLong(), OpenFileLimit.used());
    if (trouble.isPresent()) {
      setup.end().accept(trouble.get());
      return Behaviors.stopped();
    }
    setup.deadMan().rearm();
    setup.service().alive(setup.status());
    poll.await(PERIOD_MILLIS);
    if (poll.isReady(0)) {
      return Behaviors.stopped();
    }
    getContext().getSelf().tell(Look.INSTANCE);
    return this;
  }

  /** Returns why the engine should end, or nothing. */
  private Optional<String> trouble(long nowNanos, long descriptors) {
    Duration still = Duration.ofNanos(nowNanos - setup.progressNanos().getAsLong());
    if (still.compareTo(setup.patience()) > 0) {
      return Optional.of("no event was read for " + seconds(still));
    }
    Duration oldest = setup.oldest().apply(nowNanos);
    if (oldest.compareTo(setup.deadline().plus(setup.patience())) > 0) {
      return Optional.of(
          "an open waits for "
              + seconds(oldest)
              + ", and nacre.deadline is "
              + seconds(setup.deadline()));
    }
    if (setup.descriptorLimit() - descriptors < LEAST_FREE) {
      return Optional.of(
          descriptors + " of " + setup.descriptorLimit() + " descriptors are open, too many");
    }
    warnWhenShort(descriptors);
    return Optional.empty();
  }

  private void warnWhenShort(long descriptors) {
    boolean wasShort = isShort;
    isShort = setup.countDescriptors().test(descriptors);
    if (isShort && !wasShort) {
      getContext()
          .getLog()
          .warn(
              "{} of {} descriptors are open: opens are answered by nacre.on-overload until there"
                  + " are fewer; raise the limit with LimitNOFILE= or ulimit -n",
              descriptors,
              setup.descriptorLimit());
    }
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
