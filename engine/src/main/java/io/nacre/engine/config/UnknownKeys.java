package io.nacre.engine.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nacre.engine.policy.NearestName;
import java.util.ArrayList;
import java.util.List;

/** The keys of a configuration that are not in {@code reference.conf}, or have no usable value. */
final class UnknownKeys {
  private UnknownKeys() {}

  /**
   * Adds a problem for every key that is unknown, is null, or has a value in place of a block.
   *
   * @return the keys of the latter two kinds; without them the rest can be read
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
            problems.add(
                value, path, "is no such key" + NearestName.suggestion(key, reference.keySet()));
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
}
