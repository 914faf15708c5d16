package io.nacre.engine.cli.scan;

import io.nacre.engine.context.ExitCode;
import io.nacre.engine.json.JsonObject;
import io.nacre.engine.log.Printable;
import java.util.Locale;

/** The progress of an on-demand scan as text. */
final class OnDemandScanText {

  private static final int BAR = 24;

  private OnDemandScanText() {}

  /** Returns the progress on one line of at most {@code columns} characters. */
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

  /** Less than 100 until the end: files may have been added since they were counted. */
  private static long percent(long looked, long files) {
    return Math.min(99, 100 * looked / files);
  }

  private static String infected(JsonObject progress) {
    long infected = progress.getLong("infected");
    return infected == 0 ? "" : String.format(Locale.ROOT, ", %,d infected", infected);
  }

  /** Returns the counts at the end, with the duration. */
  static String summary(JsonObject progress, long tookNanos) {
    double seconds = tookNanos / 1e9;
    return String.format(
        Locale.ROOT,
        "%s; %.1f s, %,.0f files/s",
        counts(progress),
        seconds,
        progress.getLong("looked") / seconds);
  }

  /** Returns the line for an infected file. */
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

  /** Returns {@code text} without control characters. */
  static String printable(String text) {
    return Printable.of(text);
  }

  private static String counts(JsonObject progress) {
    return String.format(
        Locale.ROOT,
        "scanned %,d, cached clean %,d, infected %,d, skipped %,d, failed %,d",
        progress.getLong("scanned"),
        progress.getLong("clean"),
        progress.getLong("infected"),
        progress.getLong("skipped"),
        progress.getLong("failed"));
  }
}
