package io.nacre.engine.reload;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** The keys whose values differ between two configurations, as an administrator wrote them. */
final class ChangedKeys {
  private static final String PREFIX = "nacre.";

  private ChangedKeys() {}

  /** Returns the keys without the prefix {@code nacre.}, sorted. */
  static List<String> between(ConfigObject old, ConfigObject next) {
    Map<String, Object> before = values(old);
    Map<String, Object> after = values(next);
    TreeSet<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(before.get(key), after.get(key)))
        .map(key -> key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key)
        .toList();
  }

  private static Map<String, Object> values(ConfigObject root) {
    Config config = root.toConfig();
    Map<String, Object> values = new TreeMap<>();
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      values.put(entry.getKey(), entry.getValue().unwrapped());
    }
    return values;
  }
}
