package io.nacre.engine.cli.events;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The value of {@code --since}: a date, a date and a time, or how long ago. */
final class Since {
  private static final Pattern AGO = Pattern.compile("(\\d{1,6})\\s*([smhd])");

  private Since() {}

  /**
   * Returns the time that {@code text} stands for, by {@code clock} and its time zone.
   *
   * @throws IllegalArgumentException if {@code text} is no time
   */
  static Instant parse(String text, Clock clock) {
    Matcher ago = AGO.matcher(text.strip());
    if (ago.matches()) {
      String unit = ago.group(2).toUpperCase(Locale.ROOT);
      String iso = (unit.equals("D") ? "P" : "PT") + ago.group(1) + unit;
      return clock.instant().minus(Duration.parse(iso));
    }
    String written = text.strip().replace(' ', 'T');
    try {
      if (written.endsWith("Z")) {
        return Instant.parse(written);
      }
      LocalDateTime local =
          written.contains("T")
              ? LocalDateTime.parse(written)
              : LocalDate.parse(written).atStartOfDay();
      return local.atZone(clock.getZone()).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "--since: "
              + text
              + " is no time; write 2026-01-31, \"2026-01-31 14:00\", 30m, 12h or 7d",
          e);
    }
  }
}
