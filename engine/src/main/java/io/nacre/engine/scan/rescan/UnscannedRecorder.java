package io.nacre.engine.scan.rescan;

import io.nacre.engine.request.AccessOutcome;
import io.nacre.engine.request.Answer;
import io.nacre.engine.request.CloseObserver;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.scan.rescan.RescanEntry.FileId;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/**
 * Adds files that were allowed unscanned to the rescan queue when their jobs are closed: files that
 * were opened, and files of background scans.
 *
 * <p>An oversize file is not added, since a rule allows it; nor is a file that was denied. For any
 * thread, the readers' too: nothing is opened, and two system calls are made on the descriptor.
 */
public final class UnscannedRecorder implements CloseObserver {
  private static final byte[] ROOT = {'/'};

  private final RescanQueue queue;
  private final Clock clock;
  private final LongSupplier nanoClock;
  private final ThreadLocal<Statx> statx = ThreadLocal.withInitial(Statx::new);
  private final ThreadLocal<DescriptorPath> path = ThreadLocal.withInitial(DescriptorPath::new);

  /** A recorder for {@code queue}; events are read by {@code nanoClock}. */
  public UnscannedRecorder(RescanQueue queue, Clock clock, LongSupplier nanoClock) {
    this.queue = queue;
    this.clock = clock;
    this.nanoClock = nanoClock;
  }

  @Override
  public void beforeClose(ScanJob job) {
    if (!queue.isOpen() || !(job.verdict() instanceof Verdict.Unscanned none)) {
      return;
    }
    Answer answer = job.answer();
    if (answer.response() == Response.ALLOW && needsRescan(none.reason())) {
      add(
          job.file(),
          job.trigger(),
          job.process(),
          nanoClock.getAsLong() - job.readAtNanos(),
          new Answer(Response.ALLOW, new Verdict.Unscanned(none.reason(), ""), answer.tookNanos()));
    }
  }

  private static boolean needsRescan(FallbackReason reason) {
    return switch (reason) {
      case DEADLINE, CLAMD_SILENT, OVERLOAD, CLAMD_DOWN, CLAMD_ERROR -> true;
      case OVERSIZE, STOPPING -> false;
    };
  }

  private void add(int fd, ScanTrigger trigger, ProcessInfo process, long ageNanos, Answer answer) {
    Instant at = clock.instant().minusNanos(ageNanos);
    try {
      FileId file = FileId.of(statx.get().read(fd));
      String name = new String(path.get().read(fd).bytes(), StandardCharsets.ISO_8859_1);
      queue.add(new RescanEntry(file, name, new AccessOutcome(trigger, process, at, answer), 0));
    } catch (ErrnoException e) {
      queue.addDropped(); // a path longer than a page, for example
    }
  }

  /** Loads every class and links every call site, so that no reader waits for that. */
  public void warmUp() throws ErrnoException {
    try (Directory root = Directory.open(ROOT)) {
      Answer answer =
          new Answer(Response.ALLOW, new Verdict.Unscanned(FallbackReason.OVERLOAD, ""), 0);
      ProcessInfo process = new ProcessInfo(0, OptionalInt.empty(), Optional.of(""));
      for (int i = 0; i < 2 && needsRescan(FallbackReason.OVERLOAD); i++) {
        add(
            root.fd().number(),
            ScanTrigger.OPENED,
            process,
            0,
            answer); // the second time a file that is in the queue already
      }
    }
    queue.reset();
  }
}
