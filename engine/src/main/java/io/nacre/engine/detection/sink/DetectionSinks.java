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
 * Everybody who is told of a detection: the record first, then whoever runs the engine, the logs,
 * and the hook. None of them keeps a record from the others; what fails is counted, and said once
 * until it works again. Belongs to the reporter's thread, except for the counts.
 */
public final class DetectionSinks {
  private static final Logger LOG = LoggerFactory.getLogger(DetectionSinks.class);

  private final Optional<Guarded> store;
  private final Consumer<DetectionRecord> listener;
  private final List<Guarded> logs;
  private final Optional<Hook> hook;
  private final DetectionText text = new DetectionText();

  /**
   * Opens the sinks of {@code config}, and {@code listener} as the last one.
   *
   * @throws ConfigurationException if the hook could be replaced by others than root
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

  /** Where records go. */
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
   * Tells all of them.
   *
   * @param session the session of the process that opened the file
   */
  public void accept(DetectionRecord record, int session) {
    String message = text.line(record);
    String json = RecordJson.line(record, message);
    store.ifPresent(outlet -> outlet.accept(record, message, json));
    logs.forEach(log -> log.accept(record, message, json));
    hook.ifPresent(program -> program.offer(record, session, json));
    listener.accept(record); // last, since it is not ours and may fail
  }

  /** Returns what became of the records, by name. */
  public Map<String, Object> counts() {
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("recorded", store.map(outlet -> outlet.taken.sum()).orElse(0L));
    counts.put("not-recorded", store.map(outlet -> outlet.failed.sum()).orElse(0L));
    counts.put("not-logged", logs.stream().mapToLong(log -> log.failed.sum()).sum());
    counts.put("failing", guarded().stream().flatMap(outlet -> outlet.trouble.stream()).toList());
    counts.put("hook", hook.map(Hook::counts).orElse(Map.of()));
    return counts;
  }

  public void close() {
    hook.ifPresent(Hook::close);
    guarded().forEach(guarded -> guarded.outlet.close());
  }

  private List<Guarded> guarded() {
    List<Guarded> all = new ArrayList<>(logs);
    store.ifPresent(outlet -> all.add(0, outlet));
    return all;
  }

  /** An outlet whose failures are counted. */
  private static final class Guarded {
    private final DetectionSink outlet;
    private final LongAdder taken = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** What was wrong when it was used last. */
    private volatile Optional<String> trouble = Optional.empty();

    Guarded(DetectionSink outlet) {
      this.outlet = outlet;
    }

    void prepare() {
      try {
        outlet.prepare();
      } catch (IOException | RuntimeException e) {
        complain(e);
      }
    }

    void accept(DetectionRecord record, String message, String json) {
      try {
        outlet.accept(record, message, json);
        taken.increment();
        trouble = Optional.empty();
      } catch (IOException | RuntimeException e) {
        failed.increment();
        complain(e);
      }
    }

    /** Java says of some errors only which file they are about. */
    private static String reason(Exception e) {
      String kind = e.getClass().getSimpleName().replace("Exception", "");
      return e instanceof FileSystemException about && about.getReason() == null
          ? kind + " " + about.getFile()
          : String.valueOf(e.getMessage());
    }

    private void complain(Exception e) {
      String what = outlet.name() + ": " + reason(e);
      if (trouble.isEmpty()) {
        LOG.warn("detections do not get to {}; the engine goes on", Printable.of(what));
      }
      trouble = Optional.of(what);
    }
  }
}
