package io.nacre.engine.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the keys of a configuration that {@code reference.conf} does not know, or not like that.
 */
final class UnknownKeys {
  /** A guess farther away than this is no help. */
  private static final int CLOSE = 3;

  private UnknownKeys() {}

  /**
   * Notes every key that is not known, and every one that has no value or a value where a block
   * must be.
   *
   * @return the keys of the latter two kinds, without which the rest can be read
   */
  static List<String> find(ConfigObject own, ConfigObject reference, Problems problems) {
    List<String> useless = new ArrayList<>();
    find(own, reference, "", problems, useless);
    return useless;
  }

  private static void find(
      ConfigObject own,
      ConfigObject reference,
      String above,
      Problems problems,
      List<String> useless) {
    own.forEach(
        (key, value) -> {
          String path = above.isEmpty() ? key : above + "." + key;
          ConfigValue known = reference.get(key);
          if (known == null) {
            problems.add(value, path, "is no such key" + suggestion(key, reference.keySet()));
          } else if (value.valueType() == ConfigValueType.NULL) {
            problems.add(value, path, "is null; leave it out for its default");
            useless.add(path);
          } else if (known instanceof ConfigObject knownObject) {
            if (value instanceof ConfigObject object) {
              find(object, knownObject, path, problems, useless);
            } else {
              problems.add(value, path, "must be a block: " + path + " { … }");
              useless.add(path);
            }
          }
        });
  }

  /** Returns ", did you mean …?" if a known key is near. */
  static String suggestion(String key, Set<String> known) {
    Optional<String> nearest =
        known.stream()
            .filter(candidate -> distance(key, candidate) <= CLOSE)
            .min(Comparator.comparingInt(candidate -> distance(key, candidate)));
    return nearest.map(candidate -> "; did you mean " + candidate + "?").orElse("");
  }

  /** Returns how many letters must be added, dropped or changed between {@code a} and {@code b}. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
