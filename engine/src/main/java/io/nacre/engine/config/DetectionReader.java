package io.nacre.engine.config;

import io.nacre.engine.config.DetectionConfig.Action;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Reads {@code nacre.detection}. */
final class DetectionReader {
  private static final Path QUARANTINE = Path.of("/var/lib/nacre/quarantine");
  private static final String HOOK = "nacre.detection.hook";

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
        keys.size("nacre.detection.events-size"));
  }

  private Path quarantine(Action action) {
    String key = "nacre.detection.quarantine";
    boolean isNeeded = action == Action.MOVE || action == Action.COPY;
    return keys.path(key)
        .orElseGet(
            () -> {
              if (isNeeded) {
                keys.problem(key, "must say where files go, since action is not none");
              }
              return QUARANTINE;
            });
  }

  private List<String> hook() {
    List<String> hook = keys.value(HOOK, List.<String>of(), keys.config()::getStringList);
    if (!hook.isEmpty() && !hook.get(0).startsWith("/")) {
      keys.problem(HOOK, "must begin with the absolute path of a program: there is no shell");
    }
    return hook;
  }
}
