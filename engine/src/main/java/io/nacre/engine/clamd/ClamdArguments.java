package io.nacre.engine.clamd;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The options on the command line of a clamd, parsed as getopt_long(3) parses them: long names may
 * be abbreviated, letters may share a dash, and the last of several equal options counts.
 */
final class ClamdArguments {
  private static final String CONFIGURATION = "config-file";
  private static final String DATABASE = "datadir";

  /** All long options with a value; no two begin with the same letter. */
  private static final List<String> LONG =
      List.of(CONFIGURATION, DATABASE, "fail-if-cvd-older-than", "log", "pid");

  private static final Map<Character, String> SHORT =
      Map.of('c', CONFIGURATION, 'l', "log", 'p', "pid");

  private final Map<String, String> values = new HashMap<>();

  private ClamdArguments() {}

  /** Parses {@code line}: the program and its arguments, each with a NUL behind it. */
  static ClamdArguments of(String line) {
    ClamdArguments parsed = new ClamdArguments();
    Deque<String> left = new ArrayDeque<>(List.of(line.split("\0")));
    left.poll();
    while (!left.isEmpty()) {
      String argument = left.remove();
      if (argument.equals("--")) {
        break;
      }
      if (argument.startsWith("--")) {
        parsed.addLong(argument.substring(2), left);
      } else if (argument.startsWith("-")) {
        parsed.addShort(argument.substring(1), left);
      }
    }
    return parsed;
  }

  private void addLong(String argument, Deque<String> left) {
    int equals = argument.indexOf('=');
    String begin = equals < 0 ? argument : argument.substring(0, equals);
    LONG.stream()
        .filter(name -> name.startsWith(begin))
        .findFirst()
        .ifPresent(name -> add(name, equals < 0 ? left.poll() : argument.substring(equals + 1)));
  }

  private void addShort(String letters, Deque<String> left) {
    for (int i = 0; i < letters.length(); i++) {
      String name = SHORT.get(letters.charAt(i));
      if (name != null) {
        String rest = letters.substring(i + 1);
        add(name, rest.isEmpty() ? left.poll() : rest);
        return;
      }
    }
  }

  private void add(String name, @Nullable String value) {
    if (value != null) {
      values.put(name, value);
    }
  }

  /** Returns the configuration file, if an option names one. */
  Optional<String> configuration() {
    return Optional.ofNullable(values.get(CONFIGURATION));
  }

  /** Returns the database directory, if an option names one; it overrides the configured one. */
  Optional<String> database() {
    return Optional.ofNullable(values.get(DATABASE));
  }
}
