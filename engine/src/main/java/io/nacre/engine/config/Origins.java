package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import io.nacre.engine.clamdconf.SettingOrigin;
import io.nacre.engine.config.ConfigProblem.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The file and line of each value of a configuration; none of a value that is a default. */
public final class Origins {
  /** What is shown in the place of the file and line of a default. */
  public static final String DEFAULT = "default";

  private static final Pattern LINE = Pattern.compile("(?<file>.*?): (?<line>[0-9]+)(-[0-9]+)?");
  private static final String MERGED = "merge of ";
  private static final String MANUAL = "reference.conf";

  private final Config own;
  private final Config effective;

  /** The origins of {@code effective}: the values of {@code own}, and defaults for all others. */
  Origins(Config own, Config effective) {
    this.own = own;
    this.effective = effective;
  }

  /** Returns whether a file sets {@code key}. */
  public boolean isSet(String key) {
    return own.hasPath(key);
  }

  /** Returns {@code file:line} of the value of {@code key}, or {@link #DEFAULT}. */
  public String of(String key) {
    return isSet(key) ? where(value(key).origin()) : DEFAULT;
  }

  /** Returns each key in the order of the manual, with its value and its origin. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (String key : Manual.keys()) {
      ConfigValue value = effective.getValue(key);
      if (value instanceof ConfigList list && hasOrigins(list)) {
        lines.add(key + " = [");
        list.forEach(element -> lines.add("  " + line(element)));
        lines.add("]");
      } else {
        lines.add(key + " = " + text(value) + "  # " + of(key));
      }
    }
    return lines;
  }

  private static boolean hasOrigins(ConfigList list) {
    return list.stream().anyMatch(element -> !isDefault(element)) && !list.isEmpty();
  }

  private static String line(ConfigValue element) {
    return text(element) + "  # " + (isDefault(element) ? DEFAULT : where(element.origin()));
  }

  private static String text(ConfigValue value) {
    return value.render(ConfigRenderOptions.concise());
  }

  /** Returns a problem of {@code key} that ends the start, and depends on this machine or not. */
  public ConfigProblem refused(String key, String text, boolean isOfMachine) {
    return problem(value(key), key, text, Kind.REFUSED, isOfMachine);
  }

  /** Returns a problem of the element {@code item} of a list, which depends on this machine. */
  public ConfigProblem refused(String key, String item, String text) {
    return problem(element(key, item), key, text, Kind.REFUSED, /* isOfMachine= */ true);
  }

  /** Returns a problem of this moment that is related to {@code key}. */
  public ConfigProblem unavailable(String key, String text) {
    return problem(value(key), key, text, Kind.UNAVAILABLE, /* isOfMachine= */ true);
  }

  /** Returns the size of {@code key} in bytes, 0 if it is none. */
  public long bytes(String key) {
    return Quantity.parse(String.valueOf(value(key).unwrapped()))
        .flatMap(Quantity::bytes)
        .orElse(0L);
  }

  /** Returns a warning about {@code key}. */
  public ConfigProblem warning(String key, String text, boolean isOfMachine) {
    return problem(value(key), key, text, Kind.WARNING, isOfMachine);
  }

  /** Returns a warning about the element {@code item} of a list. */
  public ConfigProblem warning(String key, String item, String text) {
    return problem(element(key, item), key, text, Kind.WARNING, /* isOfMachine= */ true);
  }

  private static ConfigProblem problem(
      ConfigValue value, String key, String text, Kind kind, boolean isOfMachine) {
    return new ConfigProblem(where(value.origin()), name(value, key), text, kind, isOfMachine);
  }

  private ConfigValue value(String key) {
    return isSet(key) ? own.getValue(key) : effective.getValue(key);
  }

  /** Returns the element of a list that is, or names, {@code item}; the list if there is none. */
  private ConfigValue element(String key, String item) {
    ConfigValue list = effective.getValue(key);
    if (list instanceof ConfigList elements) {
      for (ConfigValue element : elements) {
        if (item.equals(itemOf(element))) {
          return element;
        }
      }
    }
    return value(key);
  }

  /** A path is compared with its links resolved, as the engine has it. */
  private static String itemOf(ConfigValue element) {
    ConfigValue named = element;
    if (element instanceof ConfigObject object) {
      named =
          Optional.ofNullable(object.get("path"))
              .or(() -> Optional.ofNullable(object.get("address")))
              .orElse(element);
    }
    String text = String.valueOf(named.unwrapped());
    if (!text.startsWith("/")) {
      return text;
    }
    try {
      return ProtectedPath.resolve(text).toString();
    } catch (IllegalArgumentException e) {
      return Path.of(text.replace("\0", "")).normalize().toString();
    }
  }

  /** Returns the name of {@code key} in the file of {@code value}, which may be a clamd.conf. */
  static String name(ConfigValue value, String key) {
    return SettingOrigin.option(value.origin()).orElse(key);
  }

  /** Returns whether the value comes from the manual. */
  static boolean isDefault(ConfigValue value) {
    return value.origin().resource() != null || value.origin().description().startsWith(MANUAL);
  }

  /** Returns {@code file:line}, or only the file; of several files the first that is no default. */
  static String where(ConfigOrigin origin) {
    String description = origin.description();
    if (!description.startsWith(MERGED)) {
      return whereOne(origin);
    }
    for (String one : description.substring(MERGED.length()).split(",(?=\\S)", -1)) {
      if (!one.startsWith(MANUAL)) {
        return whereOne(one);
      }
    }
    return DEFAULT;
  }

  private static String whereOne(ConfigOrigin origin) {
    if (origin.filename() == null) {
      return whereOne(origin.description());
    }
    return origin.lineNumber() < 0
        ? origin.filename()
        : origin.filename() + ":" + origin.lineNumber();
  }

  private static String whereOne(String description) {
    Matcher line = LINE.matcher(description);
    if (line.matches()) {
      return line.group("file") + ":" + line.group("line");
    }
    int colon = description.lastIndexOf(": "); // in front of an option of a clamd.conf
    return colon < 0 ? description : description.substring(0, colon);
  }
}
