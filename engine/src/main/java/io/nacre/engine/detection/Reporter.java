package io.nacre.engine.detection;

import io.nacre.engine.bulkhead.Bulkhead;
import io.nacre.engine.bulkhead.BulkheadCall;
import io.nacre.engine.detection.RetainedFiles.Held;
import io.nacre.engine.detection.record.ActionResult;
import io.nacre.engine.detection.record.DetectedFile;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.record.ProcessDetails;
import io.nacre.engine.detection.sink.DetectionSinks;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.linux.process.ProcFs;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out the rest about each detection, has its file acted on, and hands it to whoever it is
 * for, on a thread of its own: a terminal that was stopped or a disk that is full holds up no scan
 * and no deadline.
 *
 * <p>With too many waiting, further ones are only counted.
 */
public final class Reporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
  private static final int WAITING = 4096;
  private static final int THREADS = 4;
  private static final int CALLS_WAITING = 64;
  private static final long CLOSE_MILLIS = 300;
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration FILE = Duration.ofSeconds(30);

  private final FileAction action;
  private final long mostBytes;
  private final RetainedFiles files;
  private final DetectionSinks outlets;
  private final Bulkhead looks = Bulkhead.bounded("process-inspector", THREADS, CALLS_WAITING);
  private final Bulkhead work = Bulkhead.bounded("detected-file", THREADS, CALLS_WAITING);
  private final LongAdder dropped = new LongAdder();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          task -> {
            Thread thread = new Thread(task, "reporter");
            thread.setDaemon(true);
            return thread;
          },
          (report, executor) -> ((Report) report).drop());

  /** What was learnt from the file, and what became of it. */
  private record FileReport(Optional<String> sha256, ActionResult action) {}

  /**
   * Reports to {@code outlets}, which may be slow and may fail.
   *
   * @param action is what is done with each file; with none, it says {@code NONE}
   * @param mostBytes the biggest file that is read once more, for its hash
   */
  public Reporter(FileAction action, long mostBytes, RetainedFiles files, DetectionSinks outlets) {
    this.action = action;
    this.mostBytes = mostBytes;
    this.files = files;
    this.outlets = outlets;
  }

  /** Loads most classes, so that the first report finds its process still running; never waits. */
  public void warmUp() {
    ProcessInfo self = new ProcessInfo(ProcFs.self(), OptionalInt.of(0), Optional.empty());
    Optional<BulkheadCall<ProcessDetails>> unused = lookAt(self, Duration.ZERO);
    Optional<BulkheadCall<Integer>> ignored = work.begin("us", FileHash::warmUp);
  }

  /** Begins to look at a process that was answered {@code age} after its event was read. */
  Optional<BulkheadCall<ProcessDetails>> lookAt(ProcessInfo opener, Duration age) {
    return looks.begin("user " + opener.uid(), () -> ProcessInspector.at(opener, age));
  }

  /** Takes a finding, with the file that it holds. Does not wait. */
  void accept(PendingDetection finding) {
    thread.execute(new Report(finding));
  }

  /** Counts a detection that is not reported, because there are too many. */
  public void addDropped() {
    dropped.increment();
  }

  /** Returns how many detections were not reported, because there were too many. */
  public long dropped() {
    return dropped.sum();
  }

  /** Returns what became of the reports, by name, for the status. */
  public Map<String, Object> counts() {
    Map<String, Object> counts = new LinkedHashMap<>(outlets.counts());
    counts.put("files-not-held", files.refused());
    return counts;
  }

  /** Reports what waits, for a moment, and ends. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        thread.shutdownNow().forEach(report -> ((Report) report).drop());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    outlets.close();
  }

  /** The way of one finding; on the reporter's thread. */
  private final class Report implements Runnable {
    private final PendingDetection finding;

    Report(PendingDetection finding) {
      this.finding = finding;
    }

    @Override
    public void run() {
      try {
        ProcessDetails facts = facts();
        FileReport file = file();
        outlets.accept(
            new DetectionRecord(
                finding.detection(),
                finding.file(),
                file.sha256(),
                facts,
                finding.scan(),
                file.action()),
            finding.session());
      } catch (RuntimeException e) {
        LOG.warn("a detection could not be reported", e);
      }
    }

    private ProcessDetails facts() {
      return finding
          .facts()
          .flatMap(begun -> begun.await(LOOK))
          .orElseGet(() -> ProcessInspector.ofUser(finding.detection().opener()));
    }

    private FileReport file() {
      if (finding.held().isEmpty()) {
        return unread("the file could not be kept open: too few descriptors are left");
      }
      Held held = finding.held().get();
      String whose = "file system " + finding.file().map(DetectedFile::device).orElse("?");
      Optional<BulkheadCall<FileReport>> begun = work.begin(whose, () -> read(held));
      if (begun.isEmpty()) {
        files.release(held);
        return unread("its file system does not answer");
      }
      return begun
          .get()
          .await(FILE)
          .orElseGet(() -> unread("it takes longer than " + FILE.toSeconds() + " s, and goes on"));
    }

    private FileReport read(Held held) {
      try {
        return new FileReport(
            FileHash.of(held.fd(), mostBytes), action.on(held.fd(), finding.detection()));
      } finally {
        files.release(held);
      }
    }

    private FileReport unread(String why) {
      boolean isActedOn = action != FileAction.NOTHING;
      return new FileReport(
          Optional.empty(),
          isActedOn ? new ActionResult(ActionResult.Kind.FAILED, why) : ActionResult.NONE);
    }

    private void drop() {
      finding.held().ifPresent(files::release);
      addDropped();
    }
  }
}
