package io.nacre.engine.scan.rescan;

import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Scans the files of the rescan queue while clamd answers, behind all other scans.
 *
 * <p>It goes through the queue in passes. So a file whose scan fails is tried again only when all
 * others were tried, and after a pause, which grows as long as no scan succeeds. It opens one file
 * after the other, and waits in no call itself.
 */
public final class Rescanner extends AbstractBehavior<Rescanner.Command> {

  /** Its messages, all sent by itself. */
  public sealed interface Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  private record Opened(RescanEntry entry, Fd file) implements Command {}

  private record NotOpened(RescanEntry entry, Throwable cause) implements Command {}

  private record Ended(RescanEntry entry, Verdict verdict) implements Command {}

  /**
   * What it works with.
   *
   * @param jobs what all jobs have in common
   * @param background takes the scans
   * @param isClamdUp whether clamd can be reached
   */
  public record Setup(
      RescanQueue queue,
      JobContext jobs,
      BackgroundSink background,
      BooleanSupplier isClamdUp,
      LongSupplier nanoClock) {}

  /** The most files in the background of the stream at a time; it has room for other files. */
  static final int AT_ONCE = 32;

  /** The most scans of one file that may fail because of the file. */
  static final int TRIES = 5;

  private static final Duration PERIOD = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(5);

  private final Setup setup;
  private final Duration period;
  private final RescanQueue queue;
  private final RescanLog log;
  private final RescanFileOpener opener = new RescanFileOpener(OPEN_TIMEOUT);

  /** Entries that are still to be tried in this pass. */
  private int left;

  private boolean inPass;
  private boolean isOpening;
  private int scanning;
  private boolean hasFailed;
  private boolean hasSucceeded;
  private Duration pause;
  private long nextPassAtNanos;

  /** Creates the actor, which ends with the engine. */
  public static Behavior<Command> create(Setup setup) {
    return create(setup, PERIOD);
  }

  /** Creates an actor that checks the queue once a {@code period}. */
  static Behavior<Command> create(Setup setup, Duration period) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Rescanner(context, setup, period, timers)));
  }

  private Rescanner(
      ActorContext<Command> context, Setup setup, Duration period, TimerScheduler<Command> timers) {
    super(context);
    this.setup = setup;
    this.period = period;
    this.pause = period;
    this.queue = setup.queue();
    this.log = new RescanLog(context.getLog());
    this.nextPassAtNanos = setup.nanoClock().getAsLong();
    timers.startTimerWithFixedDelay(Tick.INSTANCE, period);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(Opened.class, this::onOpened)
        .onMessage(NotOpened.class, this::onNotOpened)
        .onMessage(Ended.class, this::onEnded)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onTick() {
    long now = setup.nanoClock().getAsLong();
    log.update(queue.counts(), now);
    if (!inPass && now - nextPassAtNanos >= 0) {
      inPass = true;
      left = queue.size();
      hasFailed = false;
      hasSucceeded = false;
      goOn();
    }
    return this;
  }

  private Behavior<Command> onOpened(Opened opened) {
    isOpening = false;
    RescanEntry entry = opened.entry();
    Fd file = opened.file();
    ActorRef<Command> self = getContext().getSelf();
    BackgroundScan scan =
        BackgroundScan.rescan(
            setup.jobs(),
            file.number(),
            entry.access(),
            closed -> self.tell(new Ended(entry, closed.verdict())),
            setup.nanoClock().getAsLong());
    scanning++;
    if (setup.background().offer(scan)) {
      file.release(); // closed by the end of the stream
    } else {
      scanning--;
      file.close();
      queue.putBack(entry);
      left = 0; // other scans come first
    }
    goOn();
    return this;
  }

  private Behavior<Command> onNotOpened(NotOpened failed) {
    isOpening = false;
    if (failed.cause() instanceof ErrnoException e && isGone(e)) {
      queue.end(RescanQueue.End.NO_LONGER_FOUND);
      hasSucceeded = true;
    } else if (failed.cause() instanceof RescanFileOpener.BusyException) {
      queue.putBack(failed.entry());
      hasFailed = true;
    } else {
      onFailure(failed.entry());
    }
    goOn();
    return this;
  }

  private Behavior<Command> onEnded(Ended ended) {
    scanning--;
    if (!(ended.verdict() instanceof Verdict.Unscanned none)) {
      boolean isInfected = ended.verdict() instanceof Verdict.Infected;
      queue.end(isInfected ? RescanQueue.End.INFECTED : RescanQueue.End.CLEAN);
      hasSucceeded = true;
    } else if (none.reason() == FallbackReason.CLAMD_ERROR) {
      onFailure(ended.entry());
    } else {
      queue.putBack(ended.entry()); // clamd has not scanned it
    }
    goOn();
    return this;
  }

  private Behavior<Command> onPostStop() {
    opener.close();
    return this;
  }

  private void onFailure(RescanEntry entry) {
    hasFailed = true;
    if (entry.tries() + 1 < TRIES) {
      queue.putBack(entry.withOneMoreTry());
    } else {
      queue.end(RescanQueue.End.DROPPED);
    }
  }

  /** Takes the next entry if it may be opened now, or ends the pass. */
  private void goOn() {
    if (!setup.isClamdUp().getAsBoolean()) {
      left = 0;
    }
    if (left > 0 && !isOpening && scanning < AT_ONCE) {
      left--;
      queue.take().ifPresentOrElse(this::open, () -> left = 0);
    }
    if (left == 0 && !isOpening && scanning == 0) {
      inPass = false;
      pause = hasFailed && !hasSucceeded ? longer(pause) : period;
      nextPassAtNanos = setup.nanoClock().getAsLong() + pause.toNanos();
    }
  }

  private void open(RescanEntry entry) {
    isOpening = true;
    getContext()
        .pipeToSelf(
            opener.open(entry),
            (file, failure) ->
                failure == null ? new Opened(entry, file) : new NotOpened(entry, cause(failure)));
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Returns true if the path does not lead to the file of the entry any more. */
  private static boolean isGone(ErrnoException e) {
    return switch (e.errno()) {
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.ENAMETOOLONG, Errno.ESTALE -> true;
      default -> false;
    };
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }
}
