package io.nacre.engine.detection.sink;

import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.record.DetectionText;
import io.nacre.engine.log.Printable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All sinks of an engine, in their order: the store, the logs, the hook, and the listener. None
 * keeps a record from the others. A failure is counted, and logged once until the sink works again.
 *
 * <p>Thread: the reporter; the counts are for any thread.
 */
public final class DetectionSinks {
  private static final Logger LOG = LoggerFactory.getLogger(DetectionSinks.class);

  private final Optional<Guarded> store;
  private final Consumer<DetectionRecord> listener;
  private final List<Guarded> logs;
  private final Optional<Hook> hook;
  private final DetectionText text = new DetectionText();

  /**
   * Opens the sinks of {@code config}.
   *
   * @param listener gets each record last
   * @throws ConfigurationException if a user other than root could replace the hook
   */
  public static DetectionSinks open(DetectionConfig config, Consumer<DetectionRecord> listener)
      throws ConfigurationException {
    Optional<Hook> hook = Hook.of(config);
    List<DetectionSink> logs = new ArrayList<>();
    config.jsonLog().ifPresent(file -> logs.add(new JsonLog(file)));
    if (config.logs().contains(DetectionConfig.Log.JOURNALD)) {
      logs.add(new JournaldLog(JournaldLog.SOCKET));
    }
    if (config.logs().contains(DetectionConfig.Log.SYSLOG)) {
      logs.add(new SyslogLog(SyslogLog.SOCKET));
    }
    return new DetectionSinks(
        config.events().map(directory -> new EventStore(directory, config.eventsBytes())),
        listener,
        logs,
        hook);
  }

  /** The given sinks. */
  public DetectionSinks(
      Optional<EventStore> store,
      Consumer<DetectionRecord> listener,
      List<DetectionSink> logs,
      Optional<Hook> hook) {
    this.store = store.map(Guarded::new);
    this.listener = listener;
    this.logs = logs.stream().map(Guarded::new).toList();
    this.hook = hook;
    guarded().forEach(Guarded::prepare);
  }

  /**
   * Hands {@code record} to all of them.
   *
   * @param session the session of the process that opened the file, 0 if unknown
   */
  public void accept(DetectionRecord record, int session) {
    String message = text.line(record);
    String json = RecordJson.line(record, message);
    store.ifPresent(sink -> sink.accept(record, message, json));
    logs.forEach(log -> log.accept(record, message, json));
    hook.ifPresent(program -> program.offer(record, session, json));
    listener.accept(record); // last, since it may fail
  }

  /** Returns the counts of the records by name, and the problems of sinks that fail. */
  public Map<String, Object> counts() {
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("recorded", store.map(sink -> sink.taken.sum()).orElse(0L));
    counts.put("not-recorded", store.map(sink -> sink.failed.sum()).orElse(0L));
    counts.put("not-logged", logs.stream().mapToLong(log -> log.failed.sum()).sum());
    counts.put("failing", guarded().stream().flatMap(sink -> sink.problem.stream()).toList());
    counts.put("hook", hook.map(Hook::counts).orElse(Map.of()));
    return counts;
  }

  public void close() {
    hook.ifPresent(Hook::close);
    guarded().forEach(guarded -> guarded.sink.close());
  }

  private List<Guarded> guarded() {
    List<Guarded> all = new ArrayList<>(logs);
    store.ifPresent(sink -> all.add(0, sink));
    return all;
  }

  /** A sink whose failures are counted. */
  private static final class Guarded {
    private final DetectionSink sink;
    private final LongAdder taken = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** Why its last use failed; empty if it did not. */
    private volatile Optional<String> problem = Optional.empty();

    Guarded(DetectionSink sink) {
      this.sink = sink;
    }

    void prepare() {
      try {
        sink.prepare();
      } catch (IOException | RuntimeException e) {
        report(e);
      }
    }

    void accept(DetectionRecord record, String message, String json) {
      try {
        sink.accept(record, message, json);
        taken.increment();
        problem = Optional.empty();
      } catch (IOException | RuntimeException e) {
        failed.increment();
        report(e);
      }
    }

    /** The message of some exceptions is only the name of the file. */
    private static String reason(Exception e) {
      String kind = e.getClass().getSimpleName().replace("Exception", "");
      return e instanceof FileSystemException file && file.getReason() == null
          ? kind + " " + file.getFile()
          : String.valueOf(e.getMessage());
    }

    private void report(Exception e) {
      String what = sink.name() + ": " + reason(e);
      if (problem.isEmpty()) {
        LOG.warn("detections do not reach {}; the engine goes on", Printable.of(what));
      }
      problem = Optional.of(what);
    }
  }
}
