package io.nacre.engine.cli.scan;

import io.nacre.engine.context.ExitCode;
import io.nacre.engine.json.JsonObject;
import io.nacre.engine.log.Printable;
import java.util.Locale;

/** How far a sweep is, for people. */
final class OnDemandScanText {

  private static final int BAR = 24;

  private OnDemandScanText() {}

  /** Returns how far it is, on one line of at most {@code columns} characters. */
  static String bar(JsonObject progress, int columns) {
    long files = progress.getLong("files");
    long looked = progress.getLong("looked");
    String at = printable(progress.getString("at"));
    String line =
        files == 0
            ? String.format(Locale.ROOT, "%,d files  %s", looked, at)
            : String.format(
                Locale.ROOT,
                "%s %3d%%  %,d of %,d files%s  %s",
                bar(looked, files),
                percent(looked, files),
                looked,
                Math.max(looked, files),
                infected(progress),
                at);
    return line.length() <= columns ? line : line.substring(0, Math.max(0, columns));
  }

  private static String bar(long looked, long files) {
    int full = (int) (BAR * percent(looked, files) / 100);
    return "█".repeat(full) + "░".repeat(BAR - full);
  }

  /** 100 only when it is over: files may have been added since they were counted. */
  private static long percent(long looked, long files) {
    return Math.min(99, 100 * looked / files);
  }

  private static String infected(JsonObject progress) {
    long infected = progress.getLong("infected");
    return infected == 0 ? "" : String.format(Locale.ROOT, ", %,d infected", infected);
  }

  /** Returns how it ended. */
  static String summary(JsonObject progress, long tookNanos) {
    double seconds = tookNanos / 1e9;
    return String.format(
        Locale.ROOT,
        "%s; %.1f s, %,.0f files/s",
        counts(progress),
        seconds,
        progress.getLong("looked") / seconds);
  }

  /** Returns a file that is infected. */
  static String found(JsonObject file) {
    return printable(file.getString("path")) + ": " + printable(file.getString("signature"));
  }

  /** Returns the exit code of the command. */
  static int exitCode(JsonObject progress) {
    if (progress.getLong("infected") > 0) {
      return ExitCode.FOUND;
    }
    return progress.getLong("failed") > 0 ? ExitCode.USAGE : ExitCode.OK;
  }

  static String printable(String text) {
    return Printable.of(text);
  }

  private static String counts(JsonObject progress) {
    return String.format(
        Locale.ROOT,
        "scanned %,d, known to be clean %,d, infected %,d, skipped %,d, failed %,d",
        progress.getLong("scanned"),
        progress.getLong("clean"),
        progress.getLong("infected"),
        progress.getLong("skipped"),
        progress.getLong("failed"));
  }
}
