package io.nacre.engine.config;

import io.nacre.engine.policy.NamePattern;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The exclude of the quarantine from a protected path above it: only root can open files there, and
 * must be able to, to restore them.
 */
final class QuarantineExclude {
  private final Keys keys;
  private final DetectionConfig detection;

  QuarantineExclude(Keys keys, DetectionConfig detection) {
    this.keys = keys;
    this.detection = detection;
  }

  /** Returns {@code paths} without the quarantine, if there is one. */
  List<ProtectConfig> from(List<ProtectConfig> paths) {
    return detection.hasQuarantine() ? paths.stream().map(this::without).toList() : paths;
  }

  private ProtectConfig without(ProtectConfig protect) {
    Path quarantine = detection.quarantine().normalize();
    if (protect.path().startsWith(quarantine)) {
      keys.problem(
          "nacre.detection.quarantine",
          "is or holds the protected path "
              + protect.path()
              + "; files are put where nothing is scanned");
      return protect;
    }
    if (!quarantine.startsWith(protect.path())) {
      return protect;
    }
    List<String> exclude = new ArrayList<>(protect.exclude());
    exclude.add(NamePattern.literal(quarantine.toString()));
    return protect.withExclude(exclude);
  }
}
