package io.nacre.engine.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nacre.engine.config.DetectionConfig.Action;
import io.nacre.engine.config.DetectionConfig.Log;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Reads {@code nacre.detection}. */
final class DetectionReader {
  private static final String HOOK = "nacre.detection.hook";
  private static final String LOG = "nacre.detection.log";
  private static final long LEAST_EVENTS = 1 << 20;

  private final Keys keys;

  DetectionReader(Keys keys) {
    this.keys = keys;
  }

  DetectionConfig read() {
    Action action = keys.choice("nacre.detection.action", Action.values(), Action.NONE);
    return new DetectionConfig(
        action,
        quarantine(action),
        hook(),
        keys.duration(
            "nacre.detection.hook-timeout", Duration.ofMillis(100), Duration.ofMinutes(10)),
        keys.path("nacre.detection.events"),
        eventsBytes(),
        logs(),
        keys.path("nacre.detection.json-log"));
  }

  private Path quarantine(Action action) {
    String key = "nacre.detection.quarantine";
    boolean isNeeded = action == Action.MOVE || action == Action.COPY;
    return keys.path(key)
        .orElseGet(
            () -> {
              if (isNeeded) {
                keys.problem(key, "must say where files go, since action is move or copy");
              }
              return DetectionConfig.USUAL_QUARANTINE;
            });
  }

  private long eventsBytes() {
    String key = "nacre.detection.events-size";
    long bytes = keys.size(key);
    if (bytes < LEAST_EVENTS && !keys.problems().has(key)) {
      keys.problem(key, "must be at least 1 MiB");
    }
    return bytes;
  }

  private Set<Log> logs() {
    Set<Log> logs = EnumSet.noneOf(Log.class);
    if (keys.written(LOG).valueType() != ConfigValueType.LIST) {
      keys.problem(LOG, "must be a list: log = [text, journald]");
      return logs;
    }
    for (ConfigValue element : keys.config().getList(LOG)) {
      String text = String.valueOf(element.unwrapped());
      Stream.of(Log.values())
          .filter(log -> Keys.name(log).equals(text))
          .findAny()
          .ifPresentOrElse(
              logs::add,
              () ->
                  keys.problems()
                      .add(element, LOG, "holds text, journald and syslog, not " + text));
    }
    return logs;
  }

  private List<String> hook() {
    if (keys.written(HOOK).valueType() != ConfigValueType.LIST) {
      keys.problem(HOOK, "must be a list: hook = [\"/path/of/program\", \"argument\"]");
      return List.of();
    }
    List<String> hook = new ArrayList<>();
    for (ConfigValue element : keys.config().getList(HOOK)) {
      String argument = String.valueOf(element.unwrapped());
      if (element.valueType() != ConfigValueType.STRING
          && element.valueType() != ConfigValueType.NUMBER) {
        keys.problems().add(element, HOOK, "holds a program and its arguments, as strings");
      } else if (argument.indexOf('\0') >= 0) {
        keys.problems().add(element, HOOK, "holds a zero byte, which no argument can have");
      } else {
        hook.add(argument);
      }
    }
    if (!hook.isEmpty() && !hook.get(0).startsWith("/")) {
      keys.problem(HOOK, "must begin with the absolute path of a program: there is no shell");
      return List.of();
    }
    return hook;
  }
}
