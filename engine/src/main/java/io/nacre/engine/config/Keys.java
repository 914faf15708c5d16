package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The values of a resolved configuration by their keys, each checked for its type and its bounds. A
 * wrong value is added to the problems. The substitute that is returned only lets the other values
 * be checked.
 */
final class Keys {
  private static final int SHOWN_MAX = 100;

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

  Origins origins() {
    return new Origins(own, config);
  }

  /** Returns whether a file sets {@code key}. */
  boolean isSet(String key) {
    return own.hasPath(key);
  }

  /** Returns the value as it is written. */
  ConfigValue written(String key) {
    return config.getValue(key);
  }

  /** Returns the elements of a list; {@code example} shows how it is written. */
  List<ConfigValue> list(String key, String example) {
    if (written(key) instanceof ConfigList list) {
      return list;
    }
    problem(key, example);
    return List.of();
  }

  /** Returns the text of the value; empty if it is a list or a block. */
  Optional<String> text(String key) {
    ConfigValue value = written(key);
    if (value.valueType() == ConfigValueType.LIST || value.valueType() == ConfigValueType.OBJECT) {
      problem(
          key,
          "must be one value, not a "
              + (value.valueType() == ConfigValueType.LIST ? "list" : "block"));
      return Optional.empty();
    }
    return Optional.of(String.valueOf(value.unwrapped()));
  }

  /** Returns an absolute path; empty if the value is an empty text. */
  Optional<Path> path(String key) {
    String path = text(key).orElse("");
    if (path.isEmpty()) {
      return Optional.empty();
    }
    String wrong = wrongPath(path);
    if (!wrong.isEmpty()) {
      problem(key, wrong);
      return Optional.empty();
    }
    return Optional.of(Path.of(path));
  }

  private static String wrongPath(String path) {
    if (path.chars().anyMatch(Character::isISOControl)) {
      return "must be a path without control characters";
    }
    if (path.startsWith("~")) {
      return "must be an absolute path: ~ is not expanded";
    }
    return path.startsWith("/") && !path.endsWith("/")
        ? ""
        : "must be an absolute path without a slash at the end, or empty for none";
  }

  /** Returns the choice that the value names; {@code otherwise} if it names none. */
  <E extends Enum<E>> E choice(String key, E[] choices, E otherwise) {
    Optional<String> read = text(key);
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
    problem(key, "must be " + String.join(" or ", names) + ", not " + shown(text));
    return otherwise;
  }

  /** Returns the name of {@code choice} in a configuration. */
  static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns {@code true} or {@code false}. */
  boolean flag(String key, boolean otherwise) {
    ConfigValue value = written(key);
    if (value.unwrapped() instanceof Boolean flag) {
      return flag;
    }
    problem(key, "must be true or false" + notShown(value));
    return otherwise;
  }

  /** Returns ", not VALUE"; a text that looks like another type is shown in double quotes. */
  static String notShown(ConfigValue value) {
    return switch (value.valueType()) {
      case LIST -> ", not a list";
      case OBJECT -> ", not a block";
      case STRING -> {
        String text = String.valueOf(value.unwrapped());
        yield text.matches("true|false|[0-9]+")
            ? ", without double quotes"
            : ", not " + shown(text);
      }
      default -> ", not " + shown(String.valueOf(value.unwrapped()));
    };
  }

  /** Returns {@code text} for a message, cut to a length. */
  static String shown(String text) {
    if (text.isEmpty()) {
      return "\"\"";
    }
    return text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "…" : text;
  }

  /** Returns a size in bytes, which must have a unit; at least 1. */
  long size(String key) {
    Optional<Quantity> size = quantity(key, "must be a size, such as 512 KiB, 25 MiB or 1 GiB");
    if (size.isEmpty()) {
      return 1;
    }
    if (!size.get().hasUnit()) {
      problem(key, "needs a unit, such as 512 KiB, 25 MiB or 1 GiB");
      return 1;
    }
    Optional<Long> bytes = size.get().bytes();
    if (bytes.isEmpty()) {
      problem(
          key, "has no unit " + size.get().unit() + "; a size is B, kB, KiB, MB, MiB, GB or GiB");
      return 1;
    }
    if (bytes.get() < 1) {
      problem(key, "must be at least 1 byte");
    } else if (bytes.get() == Long.MAX_VALUE) {
      problem(key, "must be less than " + (Long.MAX_VALUE >> 40) + " TiB");
    }
    return Math.max(1, bytes.get());
  }

  /** Returns a duration, which must have a unit. */
  Duration duration(String key, Duration least, Duration most) {
    Optional<Quantity> time = quantity(key, "must be a duration, such as 500 ms, 5 s or 2 m");
    if (time.isEmpty()) {
      return least;
    }
    if (!time.get().hasUnit()) {
      problem(key, "needs a unit, such as 500 ms, 5 s or 2 m");
      return least;
    }
    Optional<Duration> duration = time.get().duration();
    if (duration.isEmpty()) {
      problem(key, "has no unit " + time.get().unit() + "; a duration is ms, s, m or h");
      return least;
    }
    if (duration.get().compareTo(least) < 0 || duration.get().compareTo(most) > 0) {
      problem(key, "must be from " + text(least) + " to " + text(most));
      return least;
    }
    return duration.get();
  }

  private Optional<Quantity> quantity(String key, String rule) {
    ConfigValue value = written(key);
    Optional<Quantity> quantity =
        value.valueType() == ConfigValueType.NUMBER || value.valueType() == ConfigValueType.STRING
            ? Quantity.parse(String.valueOf(value.unwrapped()))
            : Optional.empty();
    if (quantity.isEmpty()) {
      problem(key, rule + notShown(value));
    }
    return quantity;
  }

  private static String text(Duration duration) {
    return duration.toMillis() < 1000 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
  }

  /** Returns a whole number. */
  int number(String key, int least, int most) {
    return number(key, written(key), whole(key), least, most).map(Long::intValue).orElse(least);
  }

  /** Returns {@code element} of a list or of an object in it as a whole number. */
  Optional<Long> number(String key, ConfigValue element, long least, long most) {
    return number(key, element, element, least, most);
  }

  private Optional<Long> number(
      String key, ConfigValue value, ConfigValue at, long least, long most) {
    Optional<BigDecimal> number =
        value.valueType() == ConfigValueType.NUMBER
            ? Quantity.parse(plain(value)).map(Quantity::number)
            : Optional.empty();
    if (number.isEmpty()) {
      problems.add(at, key, wholeNumber(least, most) + notShown(value));
    } else if (number.get().stripTrailingZeros().scale() > 0) {
      problems.add(at, key, wholeNumber(least, most) + notShown(value));
    } else if (number.get().compareTo(BigDecimal.valueOf(least)) < 0
        || number.get().compareTo(BigDecimal.valueOf(most)) > 0) {
      problems.add(at, key, "must be from " + least + " to " + most);
    } else {
      return Optional.of(number.get().longValueExact());
    }
    return Optional.empty();
  }

  private static String wholeNumber(long least, long most) {
    return "must be a whole number from " + least + " to " + most;
  }

  /** Returns a number without an exponent. */
  private static String plain(ConfigValue value) {
    return value.unwrapped() instanceof Double number && Double.isFinite(number)
        ? BigDecimal.valueOf(number).toPlainString()
        : String.valueOf(value.unwrapped());
  }

  private ConfigValue whole(String key) {
    return own.hasPath(key) ? own.getValue(key) : own.root();
  }

  /** Adds a problem of the value. */
  void problem(String key, String what) {
    problems.add(whole(key), key, what);
  }

  /** Adds a warning about the value. */
  void warn(String key, String what) {
    problems.warn(whole(key), key, what);
  }
}
