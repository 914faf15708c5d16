package io.nacre.engine.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The {@code nacre.detection} block: what follows an infected verdict, after the answer.
 *
 * @param action what becomes of the file
 * @param quarantine where files are moved or copied to
 * @param hook a program that is told, and its arguments; empty for none
 * @param hookTimeout how long it may run
 * @param events the directory of the store of what was found; nothing for none
 * @param eventsBytes how big that may get
 * @param logs who else is told in a line
 * @param jsonLog a file that gets a line of JSON; nothing for none
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

  /** Where files go unless a configuration says otherwise. */
  public static final Path USUAL_QUARANTINE = Path.of("/var/lib/nacre/quarantine");

  /** What becomes of an infected file. */
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

  /** Who is told of a detection. */
  public enum Log {
    /** Whoever reads standard error. */
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
