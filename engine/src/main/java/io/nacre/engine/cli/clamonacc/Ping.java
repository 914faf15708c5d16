package io.nacre.engine.cli.clamonacc;

import io.nacre.engine.clamd.ClamdQueries;
import io.nacre.engine.config.ClamdAddress;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of {@code --ping} and {@code --wait}: how often, and at which interval, clamd is
 * pinged.
 *
 * @param attempts the most pings
 * @param interval seconds from one ping to the next
 */
record Ping(int attempts, int interval) {
  /** The values of {@code --wait} without {@code --ping}. */
  static final Ping DEFAULT = new Ping(31, 1);

  private static final Pattern SYNTAX = Pattern.compile("([0-9]{1,9})(?::([0-9]{1,9}))?");
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Parses {@code A} and {@code A:I}. */
  static Optional<Ping> parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < 1) {
      return Optional.empty();
    }
    String interval = matcher.group(2);
    return Optional.of(
        new Ping(
            Integer.parseInt(matcher.group(1)), interval == null ? 1 : Integer.parseInt(interval)));
  }

  /** Pings until one of {@code clamds} answers PONG, and returns whether one did. */
  boolean await(List<ClamdAddress> clamds, PrintStream out) throws InterruptedException {
    for (int attempt = 1; attempt <= attempts; attempt++) {
      if (clamds.stream().anyMatch(Ping::answers)) {
        out.println("PONG");
        return true;
      }
      if (attempt < attempts) {
        out.println("PINGing again in " + interval + " seconds");
        TimeUnit.SECONDS.sleep(interval);
      }
    }
    return false;
  }

  private static boolean answers(ClamdAddress clamd) {
    try {
      ClamdQueries.ping(clamd, TIMEOUT);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
