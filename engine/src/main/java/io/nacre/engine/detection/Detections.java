package io.nacre.engine.detection;

import io.nacre.engine.bulkhead.BulkheadCall;
import io.nacre.engine.detection.record.DetectedFile;
import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.detection.record.ProcessDetails;
import io.nacre.engine.log.Printable;
import io.nacre.engine.request.AccessOutcome;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ProcessInfo;
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
 * <p>Called by the end of the stream, one at a time, so nothing here waits: whatever takes time is
 * the reporter's.
 */
public final class Detections {
  private final Clock clock;
  private final LongSupplier nanoClock;
  private final RetainedFiles files;
  private final Reporter reporter;
  private final DescriptorPath path = new DescriptorPath();
  private final Statx statx = new Statx();
  private final ProcFs processes = new ProcFs();
  private final LongAdder count = new LongAdder();

  /**
   * Tells {@code reporter} of each detection, from the stream's thread.
   *
   * @param nanoClock the clock by which events are read
   * @param files holds the files until they are reported
   */
  public Detections(Clock clock, LongSupplier nanoClock, RetainedFiles files, Reporter reporter) {
    this.clock = clock;
    this.nanoClock = nanoClock;
    this.files = files;
    this.reporter = reporter;
  }

  /**
   * Looks at the outcome of one scan.
   *
   * @param scan how long clamd took; nothing if it was not asked for this open
   */
  public void after(PermissionRequest request, Verdict verdict, Optional<Duration> scan) {
    if (!(verdict instanceof Verdict.Infected infected)) {
      return;
    }
    count.increment();
    Instant now = clock.instant();
    Duration age = Duration.ofNanos(nanoClock.getAsLong() - request.readAtNanos());
    AccessOutcome passage = request.passage().orElseGet(() -> passage(request, now.minus(age)));
    boolean isOfNow = request.passage().isEmpty(); // else its number may be anybody's by now
    ProcessInfo opener = passage.opener();
    // First, since the process was answered and may end any moment.
    Optional<BulkheadCall<ProcessDetails>> facts =
        isOfNow && opener.pid() > 0 ? reporter.lookAt(opener, age) : Optional.empty();
    int session = isOfNow ? sessionOf(opener) : 0;
    byte[] bytes = pathOf(request.file());
    reporter.accept(
        new PendingDetection(
            new Detection(
                now,
                bytes.length == 0 ? "(a path longer than a page)" : Printable.of(bytes),
                Printable.of(infected.signature()),
                passage.occasion(),
                passage.at(),
                opener,
                passage.answer()),
            file(request.file(), bytes),
            files.hold(request.file(), mountOf(request)),
            session,
            facts,
            scan));
  }

  private static AccessOutcome passage(PermissionRequest request, Instant at) {
    return new AccessOutcome(
        request.occasion(), request.opener(), at, request.answered().orElseThrow());
  }

  /** Looked up before the answer, or now for who wrote the file. */
  private int sessionOf(ProcessInfo opener) {
    boolean isToLookFor = opener.session() == 0 && opener.pid() > 0;
    return isToLookFor ? processes.session(opener.pid()) : opener.session();
  }

  /** Returns the number of detections so far. */
  public long count() {
    return count.sum();
  }

  private static long mountOf(PermissionRequest request) {
    return request.facts().map(facts -> facts.mountId()).orElse(-1L);
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
