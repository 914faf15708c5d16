package io.nacre.engine.clamdconf;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a value comes from: the file and line, and the option that it is an answer to, so that what
 * is wrong with the value can be said in the words of the file.
 */
public final class SettingOrigin {
  private static final String SEPARATOR = ": ";

  private SettingOrigin() {}

  /** Of a setting. */
  static ConfigOrigin of(Setting setting) {
    return of(setting.where(), setting.option());
  }

  /** Of an option that is not set. */
  static ConfigOrigin of(Path file, String option) {
    return of(file.toString(), option);
  }

  private static ConfigOrigin of(String where, String option) {
    return ConfigOriginFactory.newSimple(where + SEPARATOR + option);
  }

  /** Returns the option that a value comes from, if it comes from one. */
  public static Optional<String> option(ConfigOrigin origin) {
    String description = origin.description();
    int separator = description.lastIndexOf(SEPARATOR);
    if (separator < 0 || origin.filename() != null) {
      return Optional.empty();
    }
    return Optional.of(description.substring(separator + SEPARATOR.length()))
        .filter(option -> ClamdOptions.contain(option) || PathLists.contain(option));
  }
}
