package io.nacre.engine.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nacre.engine.policy.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of a configuration that are not in {@code reference.conf}, or have no usable value. */
final class UnknownKeys {
  private final ConfigObject reference;
  private final Problems problems;
  private final List<String> useless = new ArrayList<>();

  private UnknownKeys(ConfigObject reference, Problems problems) {
    this.reference = reference;
    this.problems = problems;
  }

  /**
   * Adds a problem for every key that is unknown, is null, or has a value in place of a block.
   *
   * @return the keys of the latter two kinds; without them the rest can be read
   */
  static List<String> find(ConfigObject own, ConfigObject reference, Problems problems) {
    UnknownKeys keys = new UnknownKeys(reference, problems);
    keys.find(own, reference, "");
    return keys.useless;
  }

  private void find(ConfigObject own, ConfigObject known, String above) {
    own.forEach(
        (key, value) -> {
          String path = above.isEmpty() ? key : above + "." + key;
          ConfigValue meant = known.get(key);
          if (meant == null) {
            problems.add(value, path, unknown(path, key, known));
          } else if (value.valueType() == ConfigValueType.NULL) {
            problems.add(value, path, "is null; leave it out for its default");
            useless.add(path);
          } else if (meant instanceof ConfigObject block) {
            if (value instanceof ConfigObject object) {
              find(object, block, path);
            } else {
              problems.add(value, path, "must be a block: " + path + " { … }");
              useless.add(path);
            }
          }
        });
  }

  private String unknown(String path, String key, ConfigObject known) {
    String renamed = RenamedKeys.instead(path);
    if (!renamed.isEmpty()) {
      return renamed;
    }
    String elsewhere =
        elsewhere(key, reference, "").map(found -> "; did you mean " + found + "?").orElse("");
    return "is no such key"
        + (elsewhere.isEmpty() ? NearestName.suggestion(key, known.keySet()) : elsewhere);
  }

  /** Returns the path of a key of this name in another block. */
  private static Optional<String> elsewhere(String key, ConfigObject block, String above) {
    for (String name : block.keySet()) {
      String path = above.isEmpty() ? name : above + "." + name;
      if (name.equals(key)) {
        return Optional.of(path);
      }
      Optional<String> below =
          block.get(name) instanceof ConfigObject inner
              ? elsewhere(key, inner, path)
              : Optional.empty();
      if (below.isPresent()) {
        return below;
      }
    }
    return Optional.empty();
  }
}
