package io.nacre.engine.config;

import com.typesafe.config.ConfigValue;
import io.nacre.engine.clamdconf.SettingOrigin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The protected paths that were read so far. One that is named twice counts once. */
final class ProtectedPaths {

  private record Named(ConfigValue value, ProtectConfig path) {}

  private final Map<Path, Named> first = new LinkedHashMap<>();
  private final List<ProtectConfig> others = new ArrayList<>();
  private final Problems problems;

  ProtectedPaths(Problems problems) {
    this.problems = problems;
  }

  /** Adds {@code path}; a problem if it is there with other keys. */
  void add(ConfigValue value, ProtectConfig path) {
    Named before = first.putIfAbsent(path.path(), new Named(value, path));
    if (before == null || before.path().equals(path)) {
      return;
    }
    if (SettingOrigin.option(value.origin()).isPresent()) {
      others.add(path); // an included path and a mount of clamonacc may be the same
      return;
    }
    problems.add(
        value,
        "nacre.protect",
        path.path()
            + " is named twice with different keys, also at "
            + Origins.where(before.value().origin())
            + "; keep one of the two");
  }

  List<ProtectConfig> all() {
    List<ProtectConfig> all = new ArrayList<>();
    first.values().forEach(named -> all.add(named.path()));
    all.addAll(others);
    return all;
  }
}
