package io.nacre.engine.scan;

import io.nacre.engine.policy.LivePolicy;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Statx;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The way of files into the background of the stream after an access: written, allowed unscanned or
 * moved in. Counts them. For any thread.
 */
public final class BackgroundQueue implements BackgroundSink, NewFileSink {
  private static final Verdict NO_ROOM = new Verdict.Unscanned(FallbackReason.OVERLOAD, "");

  private final BackgroundSink stream;
  private final JobContext jobs;
  private final LivePolicy policy;
  private final LongSupplier nanoClock;
  private final ThreadLocal<Statx> statx = ThreadLocal.withInitial(Statx::new);

  /** A way into {@code stream}; {@code policy} says which files are too big for it. */
  public BackgroundQueue(
      BackgroundSink stream, JobContext jobs, LivePolicy policy, LongSupplier nanoClock) {
    this.stream = stream;
    this.jobs = jobs;
    this.policy = policy;
    this.nanoClock = nanoClock;
  }

  @Override
  public boolean offer(BackgroundScan scan) {
    boolean isTaken = stream.offer(scan);
    if (isTaken) {
      jobs.counts().background().addQueued();
    }
    return isTaken;
  }

  /**
   * Takes ownership of the descriptor of a file, which must be open for reading.
   *
   * @return false if there is no room; then the descriptor is still the caller's, to be offered
   *     again or to be dropped
   */
  @Override
  public boolean offer(Fd file) {
    Optional<Statx> now = inspect(file);
    if (now.isPresent() && !isToBeScanned(now.get())) {
      file.close();
      jobs.counts().background().addSkipped();
      return true;
    }
    FileFacts facts = now.map(FileFacts::of).orElse(FileFacts.UNKNOWN);
    boolean isTaken =
        offer(BackgroundScan.movedIn(jobs, file.number(), facts, nanoClock.getAsLong()));
    if (isTaken) {
      file.release();
    }
    return isTaken;
  }

  @Override
  public void dropped(int files) {
    for (int i = 0; i < files; i++) {
      jobs.counts().background().addDropped();
    }
  }

  /** Closes the file; the observer of closed jobs records it for a rescan. */
  @Override
  public void dropped(Fd file) {
    long now = nanoClock.getAsLong();
    BackgroundScan scan = BackgroundScan.movedIn(jobs, file.release(), FileFacts.UNKNOWN, now);
    scan.complete(NO_ROOM, now);
    scan.close();
  }

  private Optional<Statx> inspect(Fd file) {
    try {
      return Optional.of(statx.get().read(file.number()));
    } catch (ErrnoException e) {
      return Optional.empty(); // an unknown file is never exempt
    }
  }

  private boolean isToBeScanned(Statx now) {
    return now.isRegular() && now.size() > 0 && now.size() <= policy.current().maxFileSizeBytes();
  }
}
