package io.nacre.engine.cli;

import com.typesafe.config.Config;
import io.nacre.engine.ExitCode;
import io.nacre.engine.detection.Printable;
import java.util.Locale;

/** How far a sweep is, for people. */
final class SweepText {

  private SweepText() {}

  /** Returns how far it is, on one line of at most {@code columns} characters. */
  static String oneLine(Config progress, int columns) {
    String line = counts(progress) + "  " + printable(progress.getString("at"));
    return line.length() <= columns ? line : line.substring(0, Math.max(0, columns));
  }

  /** Returns how it ended. */
  static String summary(Config progress) {
    return counts(progress);
  }

  /** Returns a file that is infected. */
  static String found(Config file) {
    return printable(file.getString("path")) + ": " + printable(file.getString("signature"));
  }

  /** Returns the exit code of the command. */
  static int exitCode(Config progress) {
    if (progress.getLong("infected") > 0) {
      return ExitCode.FOUND;
    }
    return progress.getLong("failed") > 0 ? ExitCode.USAGE : ExitCode.OK;
  }

  static String printable(String text) {
    return Printable.of(text);
  }

  private static String counts(Config progress) {
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
