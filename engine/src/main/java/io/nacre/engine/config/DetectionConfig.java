package io.nacre.engine.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code nacre.detection} block: the actions on an infected verdict, after the answer.
 *
 * @param action the action on the file
 * @param quarantine the directory that files are moved or copied to
 * @param hook the program that is run for each detection, and its arguments; empty for none
 * @param hookTimeout its longest run
 * @param events the directory of the detection record; empty for none
 * @param eventsBytes the largest size of the record
 * @param logs the logs that get each detection as a line
 * @param jsonLog the file that gets each detection as a line of JSON; empty for none
 */
public record DetectionConfig(
    Action action,
    Path quarantine,
    List<String> hook,
    Duration hookTimeout,
    Optional<Path> events,
    long eventsBytes,
    Set<Log> logs,
    Optional<Path> jsonLog) {

  /** The default of {@link #quarantine}. */
  public static final Path USUAL_QUARANTINE = Path.of("/var/lib/nacre/quarantine");

  /** The action on an infected file. */
  public enum Action {
    /** It stays where it is, and cannot be opened. */
    NONE,
    /** It is moved into the quarantine. */
    MOVE,
    /** It stays, and a copy is in the quarantine. */
    COPY,
    /** It is removed for good. */
    REMOVE
  }

  /** A log that gets detections. */
  public enum Log {
    /** Standard error. */
    TEXT,
    /** journald, field by field. */
    JOURNALD,
    /** The syslog daemon. */
    SYSLOG
  }

  public DetectionConfig {
    hook = List.copyOf(hook);
    logs = Set.copyOf(logs);
  }

  /** Returns whether files are put into the quarantine. */
  public boolean hasQuarantine() {
    return action == Action.MOVE || action == Action.COPY;
  }
}
