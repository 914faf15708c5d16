package io.nacre.engine.clamdconf;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the value of an option of clamd.conf must be, as clamd.conf(5) has it. */
enum OptionType {
  /** {@code yes}, {@code true}, {@code 1}, {@code no}, {@code false} or {@code 0}, in any case. */
  BOOL("must be yes, true, 1, no, false or 0"),
  /** Digits. */
  NUMBER("must be a whole number from 0 to " + Integer.MAX_VALUE),
  /** Digits, and perhaps {@code K}, {@code M} or {@code G}; multiples of 1024. */
  SIZE("must be a size in bytes, or with K, M or G behind it: 25M"),
  /** Any text. */
  STRING("");

  private static final Set<String> YES = Set.of("yes", "true", "1");
  private static final Set<String> NO = Set.of("no", "false", "0");
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
  private static final Pattern SIZE_TEXT = Pattern.compile("([0-9]{1,18})([KMGkmg]?)");

  private final String rule;

  OptionType(String rule) {
    this.rule = rule;
  }

  /**
   * Returns the rule for a value, for a message about one that is not {@link #accepts accepted}.
   */
  String rule() {
    return rule;
  }

  boolean accepts(String value) {
    return switch (this) {
      case BOOL -> bool(value).isPresent();
      case NUMBER -> number(value).isPresent();
      case SIZE -> size(value).isPresent();
      case STRING -> true;
    };
  }

  static Optional<Boolean> bool(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    return YES.contains(lower) || NO.contains(lower)
        ? Optional.of(YES.contains(lower))
        : Optional.empty();
  }

  static Optional<Integer> number(String value) {
    return DIGITS.matcher(value).matches()
        ? Optional.of(Long.parseLong(value))
            .filter(number -> number <= Integer.MAX_VALUE)
            .map(Long::intValue)
        : Optional.empty();
  }

  /** Returns the bytes. */
  static Optional<Long> size(String value) {
    Matcher size = SIZE_TEXT.matcher(value);
    if (!size.matches()) {
      return Optional.empty();
    }
    int shift =
        switch (size.group(2)) {
          case "K", "k" -> 10;
          case "M", "m" -> 20;
          case "G", "g" -> 30;
          default -> 0;
        };
    long number = Long.parseLong(size.group(1));
    return number > Long.MAX_VALUE >> shift ? Optional.empty() : Optional.of(number << shift);
  }
}
