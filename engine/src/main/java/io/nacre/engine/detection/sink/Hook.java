package io.nacre.engine.detection.sink;

import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.detection.record.DetectedFile;
import io.nacre.engine.detection.record.DetectionRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program of the administrator that is run for each detection, after the answer, one at a time on
 * a thread of its own. The readers do not wait for that thread, so the hook may open any file.
 *
 * <p>A hook that opens infected files causes detections, and is not run for those. Their process is
 * in a session of the hook. If the process ended before its session was read, the file is the one
 * that the hook was run for, and it was opened during that run.
 */
final class Hook implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Hook.class);
  private static final int WAITING_MAX = 64;
  private static final int RUNS_MAX = 16;

  private final List<String> command;
  private final Duration limit;
  private final LongAdder ran = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder timedOut = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder ownOpens = new LongAdder();

  /** The latest runs; guarded by itself. */
  private final Deque<Run> runs = new ArrayDeque<>();

  private volatile boolean isDropping;

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING_MAX),
          task -> {
            Thread thread = new Thread(task, "hook");
            thread.setDaemon(true);
            return thread;
          },
          (task, executor) -> drop());

  /**
   * One run.
   *
   * @param session the session of all its processes
   * @param ended empty while it runs
   */
  private record Run(
      long session, Optional<DetectedFile> file, Instant began, Optional<Instant> ended) {
    boolean isAt(Instant time) {
      return !time.isBefore(began) && ended.map(time::isBefore).orElse(true);
    }
  }

  /**
   * A hook with a thread that waits for detections.
   *
   * @param command a program and its arguments
   * @param limit the longest run
   */
  Hook(List<String> command, Duration limit) {
    this.command = List.copyOf(command);
    this.limit = limit;
  }

  /**
   * Returns the hook of {@code config}, if it has one.
   *
   * @throws ConfigurationException if the program cannot be executed, or another user than root
   *     could replace it: it runs as root
   */
  static Optional<Hook> of(DetectionConfig config) throws ConfigurationException {
    if (config.hook().isEmpty()) {
      return Optional.empty();
    }
    Path program = Path.of(config.hook().get(0));
    Optional<String> complaint = SinkChecks.hook(program);
    if (complaint.isPresent()) {
      throw new ConfigurationException(List.of("nacre.detection.hook: " + complaint.get()));
    }
    return Optional.of(new Hook(config.hook(), config.hookTimeout()));
  }

  /** Queues a run for {@code record}. Does not wait. */
  void offer(DetectionRecord record, int session, String json) {
    if (isOwnOpen(record, session)) {
      ownOpens.increment();
      return;
    }
    thread.execute(() -> run(record, json));
  }

  private boolean isOwnOpen(DetectionRecord record, int session) {
    Instant since = record.detection().accessedAt();
    synchronized (runs) {
      return runs.stream()
          .anyMatch(
              run ->
                  session > 0
                      ? run.session() == session
                      : run.isAt(since) && isSame(run.file(), record.file()));
    }
  }

  private static boolean isSame(Optional<DetectedFile> one, Optional<DetectedFile> other) {
    return one.isPresent()
        && other.isPresent()
        && one.get().inode() == other.get().inode()
        && one.get().device().equals(other.get().device());
  }

  private void run(DetectionRecord record, String json) {
    isDropping = false;
    HookProcess.Outcome outcome =
        HookProcess.run(
            command,
            RecordFields.of(record),
            json,
            limit,
            pid -> addRun(pid, record),
            line -> LOG.info("hook: {}", line));
    endRun();
    ran.increment();
    switch (outcome.kind()) {
      case ENDED -> {}
      case FAILED -> {
        failed.increment();
        LOG.warn("the hook {} failed: {}", command.get(0), outcome.detail());
      }
      case TIMED_OUT -> {
        timedOut.increment();
        LOG.warn(
            "the hook {} took longer than nacre.detection.hook-timeout = {} ms and was killed",
            command.get(0),
            limit.toMillis());
      }
    }
  }

  private void addRun(long pid, DetectionRecord record) {
    synchronized (runs) {
      runs.addLast(new Run(pid, record.file(), Instant.now(), Optional.empty()));
      if (runs.size() > RUNS_MAX) {
        runs.removeFirst();
      }
    }
  }

  private void endRun() {
    synchronized (runs) {
      Run last = runs.pollLast();
      if (last != null) {
        runs.addLast(
            last.ended().isPresent()
                ? last // this run could not begin
                : new Run(last.session(), last.file(), last.began(), Optional.of(Instant.now())));
      }
    }
  }

  private void drop() {
    dropped.increment();
    if (!isDropping) {
      isDropping = true;
      LOG.warn(
          "the hook is not run for some detections, since {} wait for it; nacre events shows all",
          WAITING_MAX);
    }
  }

  /** Returns the counts of its runs by name. */
  Map<String, Object> counts() {
    return Map.of(
        "ran", ran.sum(),
        "failed", failed.sum(),
        "timed-out", timedOut.sum(),
        "dropped", dropped.sum(),
        "own-opens", ownOpens.sum());
  }

  /** Drops the waiting runs. A run under way goes on, and is killed at the end of its time. */
  @Override
  public void close() {
    thread.shutdown();
    int waiting = thread.getQueue().size();
    if (waiting > 0) {
      thread.getQueue().clear();
      LOG.warn("the hook is not run for {} detections: the engine stops", waiting);
    }
  }
}
