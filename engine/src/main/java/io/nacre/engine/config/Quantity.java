package io.nacre.engine.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number with a unit, as it is written.
 *
 * @param unit empty if there is none
 */
record Quantity(BigDecimal number, String unit) {
  private static final Pattern SYNTAX =
      Pattern.compile("(?<number>[-+]?[0-9]{1,30}(\\.[0-9]{1,30})?)\\s*(?<unit>[\\p{L}µ]*)");
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private static final Map<String, Long> SIZES =
      Map.ofEntries(
          Map.entry("B", 1L),
          Map.entry("b", 1L),
          Map.entry("byte", 1L),
          Map.entry("bytes", 1L),
          Map.entry("kB", 1_000L),
          Map.entry("MB", 1_000_000L),
          Map.entry("GB", 1_000_000_000L),
          Map.entry("TB", 1_000_000_000_000L),
          Map.entry("KiB", 1L << 10),
          Map.entry("K", 1L << 10),
          Map.entry("k", 1L << 10),
          Map.entry("MiB", 1L << 20),
          Map.entry("M", 1L << 20),
          Map.entry("GiB", 1L << 30),
          Map.entry("G", 1L << 30),
          Map.entry("TiB", 1L << 40),
          Map.entry("T", 1L << 40));

  private static final long MILLIS = 1_000_000L;
  private static final long SECOND = 1_000 * MILLIS;
  private static final Map<String, Long> NANOS =
      Map.ofEntries(
          Map.entry("ns", 1L),
          Map.entry("us", 1_000L),
          Map.entry("µs", 1_000L),
          Map.entry("ms", MILLIS),
          Map.entry("milliseconds", MILLIS),
          Map.entry("s", SECOND),
          Map.entry("sec", SECOND),
          Map.entry("second", SECOND),
          Map.entry("seconds", SECOND),
          Map.entry("m", 60 * SECOND),
          Map.entry("min", 60 * SECOND),
          Map.entry("minute", 60 * SECOND),
          Map.entry("minutes", 60 * SECOND),
          Map.entry("h", 3600 * SECOND),
          Map.entry("hour", 3600 * SECOND),
          Map.entry("hours", 3600 * SECOND),
          Map.entry("d", 24 * 3600 * SECOND),
          Map.entry("day", 24 * 3600 * SECOND),
          Map.entry("days", 24 * 3600 * SECOND));

  /** Parses {@code text}; empty if it is no number with or without a unit. */
  static Optional<Quantity> parse(String text) {
    Matcher matcher = SYNTAX.matcher(text.strip());
    return matcher.matches()
        ? Optional.of(new Quantity(new BigDecimal(matcher.group("number")), matcher.group("unit")))
        : Optional.empty();
  }

  boolean hasUnit() {
    return !unit.isEmpty();
  }

  /** Returns the bytes of a size; empty if its unit is none of a size. */
  Optional<Long> bytes() {
    return Optional.ofNullable(SIZES.get(unit)).map(this::times);
  }

  /** Returns the time; empty if its unit is none of a time. */
  Optional<Duration> duration() {
    return Optional.ofNullable(NANOS.get(unit)).map(this::times).map(Duration::ofNanos);
  }

  /** Returns the product; a number that is too big is the biggest one. */
  private long times(long unit) {
    BigDecimal product = number.multiply(BigDecimal.valueOf(unit));
    BigInteger bounded = product.min(MOST).max(MOST.negate()).toBigInteger();
    return bounded.longValueExact();
  }
}
