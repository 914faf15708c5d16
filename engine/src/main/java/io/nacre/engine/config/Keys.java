package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The values of a resolved configuration by their keys, each checked for its type and its bounds. A
 * wrong value is added to the problems. The substitute that is returned only lets the other values
 * be checked.
 */
final class Keys {
  private final Config own;
  private final Config config;
  private final Problems problems;

  /** The values of {@code config}: those of {@code own}, and the defaults for all others. */
  Keys(Config own, Config config, Problems problems) {
    this.own = own;
    this.config = config;
    this.problems = problems;
  }

  Config config() {
    return config;
  }

  Problems problems() {
    return problems;
  }

  /** Returns the value as it is written. */
  ConfigValue written(String key) {
    return config.getValue(key);
  }

  /** Returns an absolute path; empty if the value is an empty text. */
  Optional<Path> path(String key) {
    String path = value(key, "", config::getString);
    if (!path.isEmpty()
        && (!path.startsWith("/") || path.endsWith("/") || path.indexOf('\0') >= 0)) {
      problem(key, "must be an absolute path without a slash at the end, or empty for none");
      return Optional.empty();
    }
    return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
  }

  /** Returns the choice that the value names; {@code otherwise} if it names none. */
  <E extends Enum<E>> E choice(String key, E[] choices, E otherwise) {
    Optional<String> read = value(key, Optional.empty(), at -> Optional.of(config.getString(at)));
    if (read.isEmpty()) {
      return otherwise;
    }
    String text = read.get();
    List<String> names = new ArrayList<>();
    for (E choice : choices) {
      String name = name(choice);
      if (name.equals(text)) {
        return choice;
      }
      names.add(name);
    }
    problem(key, "must be " + String.join(" or ", names) + ", not " + text);
    return otherwise;
  }

  /** Returns the name of {@code choice} in a configuration. */
  static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns a size in bytes, at least 1. */
  long size(String key) {
    long bytes = value(key, 1L, config::getBytes);
    if (bytes < 1) {
      problem(key, "must be at least 1 byte");
    }
    return bytes;
  }

  /** Returns a duration, which must have a unit. */
  Duration duration(String key, Duration least, Duration most) {
    Duration duration = value(key, least, config::getDuration);
    if (String.valueOf(config.getValue(key).unwrapped()).strip().matches("[-+0-9.]+")) {
      problem(key, "needs a unit, such as 500 ms, 5 s or 2 m");
    } else if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      problem(key, "must be from " + text(least) + " to " + text(most));
    }
    return duration;
  }

  private static String text(Duration duration) {
    return duration.toMillis() < 1000 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
  }

  /** Returns a whole number. */
  int number(String key, int least, int most) {
    int number = value(key, least, config::getInt);
    if (config.getValue(key).unwrapped() instanceof Double fraction && fraction != number) {
      problem(key, "must be a whole number");
    } else if (number < least || number > most) {
      problem(key, "must be from " + least + " to " + most);
    }
    return number;
  }

  /** Returns the result of {@code read}, or {@code otherwise} if it refuses the value. */
  <T> T value(String key, T otherwise, Function<String, T> read) {
    try {
      return read.apply(key);
    } catch (ConfigException.WrongType | ConfigException.BadValue | ConfigException.Null e) {
      String message = Problems.withoutOrigin(e);
      problem(key, message.startsWith(key + " ") ? message.substring(key.length() + 1) : message);
      return otherwise;
    }
  }

  /** Adds a problem of the value. */
  void problem(String key, String what) {
    problems.add(own.hasPath(key) ? own.getValue(key) : own.root(), key, what);
  }
}
