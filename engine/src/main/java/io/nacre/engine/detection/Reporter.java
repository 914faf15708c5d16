package io.nacre.engine.detection;

import io.nacre.engine.bulkhead.Bulkhead;
import io.nacre.engine.bulkhead.BulkheadCall;
import io.nacre.engine.detection.RetainedFiles.Retained;
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
 * The thread behind the scan stream that completes each detection and hands it to the sinks: it
 * awaits the details of the process, hashes the file, and has the action done. A stopped terminal
 * or a full disk delays this thread, and no scan and no deadline.
 *
 * <ul>
 *   <li>Owns: the retained file of each detection that it took, and the sinks.
 *   <li>Must not own: a request.
 *   <li>Hands to: {@link DetectionSinks}.
 *   <li>Thread: its own; calls that may never return run on two bulkheads.
 * </ul>
 *
 * <p>With too many detections waiting, further ones are only counted.
 */
public final class Reporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
  private static final int DETECTIONS_WAITING = 4096;
  private static final int THREADS = 4;
  private static final int CALLS_WAITING = 64;
  private static final long CLOSE_MILLIS = 300;
  private static final Duration INSPECTION_MAX = Duration.ofSeconds(1);
  private static final Duration FILE_WORK_MAX = Duration.ofSeconds(30);

  /**
   * What is done with each detection.
   *
   * @param action is done with the file
   * @param mostBytes the size up to which a file is hashed
   * @param sinks take the record; they may be slow and may fail
   */
  public record Actions(FileAction action, long mostBytes, DetectionSinks sinks) {}

  private final RetainedFiles files;

  /** What is done with the next detection. */
  private volatile Actions next;

  /** What was done with the last one; for the thread alone. */
  private Actions current;

  private final Bulkhead inspections =
      Bulkhead.bounded("process-inspector", THREADS, CALLS_WAITING);
  private final Bulkhead fileWork = Bulkhead.bounded("detected-file", THREADS, CALLS_WAITING);
  private final LongAdder dropped = new LongAdder();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(DETECTIONS_WAITING),
          task -> {
            Thread thread = new Thread(task, "reporter");
            thread.setDaemon(true);
            return thread;
          },
          (task, executor) -> drop(task));

  /** The hash of the file, and what became of it. */
  private record FileReport(Optional<String> sha256, ActionResult action) {}

  /** Starts the thread. */
  public Reporter(Actions actions, RetainedFiles files) {
    this.next = actions;
    this.current = actions;
    this.files = files;
  }

  /** Does {@code actions} with each detection from now on; takes their sinks over. */
  void replace(Actions actions) {
    next = actions;
    thread.execute(this::switchToNext); // if it is full, the next report does the same
  }

  private void switchToNext() {
    Actions now = next;
    if (!current.equals(now)) {
      current.sinks().close();
      current = now;
    }
  }

  private static void drop(Runnable task) {
    if (task instanceof Report report) {
      report.drop();
    }
  }

  /** Loads most classes, so that the first report finds its process still running; never waits. */
  public void warmUp() {
    ProcessInfo self = new ProcessInfo(ProcFs.self(), OptionalInt.of(0), Optional.empty());
    Optional<BulkheadCall<ProcessDetails>> unused = inspect(self, Duration.ZERO);
    Optional<BulkheadCall<Integer>> ignored = fileWork.begin("self", FileHash::warmUp);
  }

  /** Begins to inspect a process that was answered {@code age} after its event was read. */
  Optional<BulkheadCall<ProcessDetails>> inspect(ProcessInfo process, Duration age) {
    return inspections.begin("user " + process.uid(), () -> ProcessInspector.inspect(process, age));
  }

  /** Takes a detection with its retained file. Does not wait. */
  void accept(PendingDetection pending) {
    thread.execute(new Report(pending));
  }

  /** Counts a detection that is not reported, because there are too many. */
  public void addDropped() {
    dropped.increment();
  }

  /** Returns the number of detections that were not reported, because there were too many. */
  public long dropped() {
    return dropped.sum();
  }

  /** Returns the counts of the reports by name, for the status. */
  public Map<String, Object> counts() {
    Map<String, Object> counts = new LinkedHashMap<>(next.sinks().counts());
    counts.put("files-not-retained", files.refused());
    return counts;
  }

  /** Reports the waiting detections for a moment, then drops the rest and closes the sinks. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        thread.shutdownNow().forEach(Reporter::drop);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    next.sinks().close();
  }

  /** The report of one detection. */
  private final class Report implements Runnable {
    private final PendingDetection pending;

    Report(PendingDetection pending) {
      this.pending = pending;
    }

    @Override
    public void run() {
      switchToNext();
      try {
        ProcessDetails details = details();
        FileReport file = file();
        current
            .sinks()
            .accept(
                new DetectionRecord(
                    pending.detection(),
                    pending.file(),
                    file.sha256(),
                    details,
                    pending.scanTime(),
                    file.action()),
                pending.session());
      } catch (RuntimeException e) {
        LOG.warn("a detection could not be reported", e);
      }
    }

    private ProcessDetails details() {
      return pending
          .details()
          .flatMap(begun -> begun.await(INSPECTION_MAX))
          .orElseGet(() -> ProcessInspector.ofUser(pending.detection().process()));
    }

    private FileReport file() {
      if (pending.retained().isEmpty()) {
        return unread("the file could not be kept open: too few descriptors are left");
      }
      Retained retained = pending.retained().get();
      Actions actions = current;
      String fileSystem = "file system " + pending.file().map(DetectedFile::device).orElse("?");
      Optional<BulkheadCall<FileReport>> begun =
          fileWork.begin(fileSystem, () -> work(retained, actions));
      if (begun.isEmpty()) {
        files.release(retained);
        return unread("its file system does not answer");
      }
      return begun
          .get()
          .await(FILE_WORK_MAX)
          .orElseGet(
              () ->
                  unread("it takes longer than " + FILE_WORK_MAX.toSeconds() + " s, and goes on"));
    }

    private FileReport work(Retained retained, Actions actions) {
      try {
        return new FileReport(
            FileHash.of(retained.fd(), actions.mostBytes()),
            actions.action().on(retained.fd(), pending.detection()));
      } finally {
        files.release(retained);
      }
    }

    private FileReport unread(String why) {
      boolean isActedOn = current.action() != FileAction.NOTHING;
      return new FileReport(
          Optional.empty(),
          isActedOn ? new ActionResult(ActionResult.Kind.FAILED, why) : ActionResult.NONE);
    }

    private void drop() {
      pending.retained().ifPresent(files::release);
      addDropped();
    }
  }
}
