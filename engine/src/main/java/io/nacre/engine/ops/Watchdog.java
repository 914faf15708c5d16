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
 * The check, four times a second, that the engine makes progress; it ends an engine that does not.
 *
 * <p>Proof of progress: a reader made a step, no event waits much longer than its deadline, and
 * descriptors are free for the next event. With the proof the watchdog re-arms the dead man's timer
 * and notifies the service manager. Without it the engine ends, and the kernel allows all waiting
 * opens. A watchdog that is blocked itself re-arms nothing. Runs on a thread of its own.
 */
public final class Watchdog extends AbstractBehavior<Watchdog.Command> {

  /** Sent only by the actor itself. */
  public sealed interface Command {}

  private enum Check implements Command {
    INSTANCE
  }

  /** Ends the process unless it is re-armed in time: {@code DeadMansTimer}. */
  @FunctionalInterface
  public interface DeadMan {
    /** Restarts the timer. */
    void rearm() throws ErrnoException;
  }

  /**
   * The sources of the proof.
   *
   * @param progressNanos the time of the latest step of a reader
   * @param oldest the wait of the oldest unanswered event until the given time
   * @param deadline the longest time an event that is read now should wait
   * @param tolerance the further time it may wait, and the longest time without a step of a reader
   * @param descriptorLimit the largest number of open descriptors
   * @param countDescriptors gets the number of open ones; returns whether they are scarce
   * @param status the status of the engine, one line
   * @param end ends the engine, with the reason
   * @param stop stops the watchdog
   */
  public record Setup(
      LongSupplier progressNanos,
      LongFunction<Duration> oldest,
      Supplier<Duration> deadline,
      Duration tolerance,
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
  private static final int FREE_MIN = 16;

  private final Setup setup;
  private final Poll poll;
  private boolean isScarce;

  /** The longest deadline of an event that may still be unanswered, and when it was last given. */
  private Duration deadline = Duration.ZERO;

  private long deadlineAtNanos;

  /** Creates one that checks until {@code stop} is signalled. */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(context -> new Watchdog(context, setup));
  }

  private Watchdog(ActorContext<Command> context, Setup setup) {
    super(context);
    this.setup = setup;
    this.poll = new Poll(setup.stop().fd());
    context.getSelf().tell(Check.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Check.class, check -> onCheck()).build();
  }

  private Behavior<Command> onCheck() throws IOException {
    Optional<String> problem = problem(setup.nanoClock().getAsLong(), OpenFileLimit.used());
    if (problem.isPresent()) {
      setup.end().accept(problem.get());
      return Behaviors.stopped();
    }
    setup.deadMan().rearm();
    setup.service().alive(setup.status());
    poll.await(PERIOD_MILLIS);
    if (poll.isReady(0)) {
      return Behaviors.stopped();
    }
    getContext().getSelf().tell(Check.INSTANCE);
    return this;
  }

  /** Returns why the engine must end; empty if it makes progress. */
  private Optional<String> problem(long nowNanos, long descriptors) {
    Duration still = Duration.ofNanos(nowNanos - setup.progressNanos().getAsLong());
    if (still.compareTo(setup.tolerance()) > 0) {
      return Optional.of("no event was read for " + seconds(still));
    }
    Duration oldest = setup.oldest().apply(nowNanos);
    Duration deadline = longestDeadline(nowNanos);
    if (oldest.compareTo(deadline.plus(setup.tolerance())) > 0) {
      return Optional.of(
          "an open waits for " + seconds(oldest) + ", and nacre.deadline is " + seconds(deadline));
    }
    if (setup.descriptorLimit() - descriptors < FREE_MIN) {
      return Optional.of(
          descriptors + " of " + setup.descriptorLimit() + " descriptors are open, too many");
    }
    warnIfScarce(descriptors);
    return Optional.empty();
  }

  /** Events that were read before a reload keep the deadline that they were read with. */
  private Duration longestDeadline(long nowNanos) {
    Duration current = setup.deadline().get();
    boolean isExpired = nowNanos - deadlineAtNanos > deadline.toNanos();
    if (current.compareTo(deadline) >= 0 || isExpired) {
      deadline = current;
      deadlineAtNanos = nowNanos;
    }
    return deadline;
  }

  private void warnIfScarce(long descriptors) {
    boolean wasScarce = isScarce;
    isScarce = setup.countDescriptors().test(descriptors);
    if (isScarce && !wasScarce) {
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
