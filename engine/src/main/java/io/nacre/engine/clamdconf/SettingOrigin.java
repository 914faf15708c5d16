package io.nacre.engine.clamdconf;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The origin of a value: the file, the line and the option, so that a problem of the value names
 * them.
 */
public final class SettingOrigin {
  private static final String SEPARATOR = ": ";

  private SettingOrigin() {}

  /** Returns the origin of a setting. */
  static ConfigOrigin of(Setting setting) {
    return of(setting.where(), setting.option());
  }

  /** Returns the origin of the default of an option that is not set. */
  static ConfigOrigin of(Path file, String option) {
    return of(file.toString(), option);
  }

  private static ConfigOrigin of(String where, String option) {
    return ConfigOriginFactory.newSimple(where + SEPARATOR + option);
  }

  /** Returns the option in {@code origin}, if the value comes from a clamd.conf. */
  public static Optional<String> option(ConfigOrigin origin) {
    String description = origin.description();
    int separator = description.lastIndexOf(SEPARATOR);
    if (separator < 0 || origin.filename() != null) {
      return Optional.empty();
    }
    return Optional.of(description.substring(separator + SEPARATOR.length()))
        .filter(option -> ClamdOptions.contains(option) || PathLists.contains(option));
  }
}
