package io.nacre.engine.detection;

import io.nacre.engine.bulkhead.BulkheadCall;
import io.nacre.engine.detection.record.DetectedFile;
import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.detection.record.ProcessDetails;
import io.nacre.engine.log.Printable;
import io.nacre.engine.request.AccessOutcome;
import io.nacre.engine.request.AfterAnswer;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.request.Scanned;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Statx;
import io.nacre.linux.process.ProcFs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Turns infected verdicts into detections, after the answer and before the descriptor is closed.
 *
 * <p>Thread: the end of the scan stream, one verdict at a time. So nothing here waits; work that
 * takes time is the reporter's.
 */
public final class Detections implements AfterAnswer {
  private final Clock clock;
  private final LongSupplier nanoClock;
  private final RetainedFiles files;
  private final Reporter reporter;
  private final DescriptorPath path = new DescriptorPath();
  private final Statx statx = new Statx();
  private final ProcFs processes = new ProcFs();
  private final LongAdder count = new LongAdder();

  /**
   * Hands each detection to {@code reporter}.
   *
   * @param nanoClock the clock by which events are read
   * @param files keeps the files open until they are reported
   */
  public Detections(Clock clock, LongSupplier nanoClock, RetainedFiles files, Reporter reporter) {
    this.clock = clock;
    this.nanoClock = nanoClock;
    this.files = files;
    this.reporter = reporter;
  }

  @Override
  public void after(Scanned scanned) {
    if (!(scanned.verdict() instanceof Verdict.Infected infected)) {
      return;
    }
    ScanJob job = scanned.job();
    count.increment();
    Instant now = clock.instant();
    Duration age = Duration.ofNanos(nanoClock.getAsLong() - job.readAtNanos());
    AccessOutcome access = job.outcome(now.minus(age));
    boolean isOfNow = job.trigger() != ScanTrigger.RESCAN; // its number may be reused by now
    ProcessInfo process = access.process();
    // First, since the process has its answer and may end at any moment.
    Optional<BulkheadCall<ProcessDetails>> details =
        isOfNow && process.pid() > 0 ? reporter.inspect(process, age) : Optional.empty();
    int session = isOfNow ? sessionOf(process) : 0;
    byte[] bytes = pathOf(job.file());
    reporter.accept(
        new PendingDetection(
            new Detection(
                now,
                bytes.length == 0 ? "(a path longer than a page)" : Printable.of(bytes),
                Printable.of(infected.signature()),
                access.trigger(),
                access.at(),
                process,
                access.answer()),
            file(job.file(), bytes),
            files.retain(job.file(), job.facts().mountId()),
            session,
            details,
            scanned.scanTime()));
  }

  /** The session of an opener was read before the answer; that of a writer is read now. */
  private int sessionOf(ProcessInfo process) {
    boolean isUnread = process.session() == 0 && process.pid() > 0;
    return isUnread ? processes.session(process.pid()) : process.session();
  }

  /** Returns the number of detections so far. */
  public long count() {
    return count.sum();
  }

  private Optional<DetectedFile> file(int fd, byte[] bytes) {
    try {
      Statx now = statx.read(fd);
      return Optional.of(
          new DetectedFile(
              (now.device() >>> 32) + ":" + (int) now.device(),
              now.inode(),
              now.size(),
              Base64.getEncoder().encodeToString(bytes)));
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }

  private byte[] pathOf(int fd) {
    try {
      return path.read(fd).bytes();
    } catch (ErrnoException e) {
      return new byte[0];
    }
  }
}
