package io.nacre.engine.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import io.nacre.engine.clamdconf.SettingOrigin;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a configuration, so that its author sees all of it at once. */
final class Problems {
  private final List<String> found = new ArrayList<>();

  /** Notes that the value of {@code key} is wrong in the way {@code what} says. */
  void add(ConfigValue value, String key, String what) {
    String option = SettingOrigin.option(value.origin()).orElse(key); // in the words of its file
    add(where(value.origin()) + ": " + option + ": " + what);
  }

  /** Notes a problem that says where it is. */
  void add(String problem) {
    found.add(problem);
  }

  /** Refuses the configuration if anything was found. */
  void throwIfAny() throws ConfigurationException {
    if (!found.isEmpty()) {
      throw new ConfigurationException(found);
    }
  }

  /** Returns what {@code e} says, without the place where it happened. */
  static String withoutOrigin(ConfigException e) {
    String message = String.valueOf(e.getMessage());
    String origin = e.origin() == null ? "" : e.origin().description() + ": ";
    return message.startsWith(origin) ? message.substring(origin.length()) : message;
  }

  /** Returns {@code file:line}, or what is known of it. */
  static String where(ConfigOrigin origin) {
    String file = origin.filename();
    if (file == null) {
      String description = origin.description();
      int colon = description.lastIndexOf(": ");
      file = colon < 0 ? description : description.substring(0, colon);
    }
    return origin.lineNumber() < 0 ? file : file + ":" + origin.lineNumber();
  }
}
