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
 * Is told of each request that is closed, and notes its file in the journal if it got past the scan
 * and should not have: somebody was let through to it, or nobody waited for it.
 *
 * <p>Too big a file is not noted, since that is a rule; nor is what was denied. For any thread, the
 * readers' too: nothing is opened, and two questions are asked about the descriptor.
 */
public final class UnscannedRecorder implements CloseObserver {
  private static final byte[] ROOT = {'/'};

  private final RescanQueue journal;
  private final Clock clock;
  private final LongSupplier nanoClock;
  private final ThreadLocal<Statx> statx = ThreadLocal.withInitial(Statx::new);
  private final ThreadLocal<DescriptorPath> path = ThreadLocal.withInitial(DescriptorPath::new);

  /** A recorder for {@code journal}; {@code nanoClock} is the one by which events are read. */
  public UnscannedRecorder(RescanQueue journal, Clock clock, LongSupplier nanoClock) {
    this.journal = journal;
    this.clock = clock;
    this.nanoClock = nanoClock;
  }

  @Override
  public void beforeClose(ScanJob job) {
    if (!journal.isOpen() || !(job.verdict() instanceof Verdict.Unscanned none)) {
      return;
    }
    Answer answer = job.answer();
    if (answer.response() == Response.ALLOW && isToBeMadeGood(none.reason())) {
      note(
          job.file(),
          job.trigger(),
          job.process(),
          nanoClock.getAsLong() - job.readAtNanos(),
          new Answer(Response.ALLOW, new Verdict.Unscanned(none.reason(), ""), answer.tookNanos()));
    }
  }

  private static boolean isToBeMadeGood(FallbackReason reason) {
    return switch (reason) {
      case DEADLINE, CLAMD_SILENT, OVERLOAD, CLAMD_DOWN, CLAMD_ERROR -> true;
      case OVERSIZE, STOPPING -> false;
    };
  }

  private void note(
      int fd, ScanTrigger occasion, ProcessInfo opener, long ageNanos, Answer answer) {
    Instant at = clock.instant().minusNanos(ageNanos);
    try {
      FileId file = FileId.of(statx.get().read(fd));
      String name = new String(path.get().read(fd).bytes(), StandardCharsets.ISO_8859_1);
      journal.add(new RescanEntry(file, name, new AccessOutcome(occasion, opener, at, answer), 0));
    } catch (ErrnoException e) {
      journal.addDropped(); // a path longer than a page, for one
    }
  }

  /** Loads every class and links every call site, so that no reader waits for that. */
  public void warmUp() throws ErrnoException {
    try (Directory root = Directory.open(ROOT)) {
      Answer answer =
          new Answer(Response.ALLOW, new Verdict.Unscanned(FallbackReason.OVERLOAD, ""), 0);
      ProcessInfo process = new ProcessInfo(0, OptionalInt.empty(), Optional.of(""));
      for (int i = 0; i < 2 && isToBeMadeGood(FallbackReason.OVERLOAD); i++) {
        note(
            root.fd().number(),
            ScanTrigger.OPENED,
            process,
            0,
            answer); // the second time a file that is in the queue already
      }
    }
    journal.reset();
  }
}
