package io.nacre.engine.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import io.nacre.engine.clamdconf.SettingOrigin;
import java.util.ArrayList;
import java.util.List;

/** The problems of a configuration, collected so that they are reported all at once. */
final class Problems {
  private final List<String> found = new ArrayList<>();

  /** Adds a problem of the value of {@code key}. */
  void add(ConfigValue value, String key, String what) {
    String option = SettingOrigin.option(value.origin()).orElse(key); // as its own file names it
    add(where(value.origin()) + ": " + option + ": " + what);
  }

  /** Adds a problem whose text names its file and line. */
  void add(String problem) {
    found.add(problem);
  }

  /** Refuses the configuration if there is a problem. */
  void throwIfAny() throws ConfigurationException {
    if (!found.isEmpty()) {
      throw new ConfigurationException(found);
    }
  }

  /** Returns the message of {@code e} without its file and line. */
  static String withoutOrigin(ConfigException e) {
    String message = String.valueOf(e.getMessage());
    String origin = e.origin() == null ? "" : e.origin().description() + ": ";
    return message.startsWith(origin) ? message.substring(origin.length()) : message;
  }

  /** Returns {@code file:line}, or only the file. */
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
