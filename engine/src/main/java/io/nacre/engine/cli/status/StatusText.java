package io.nacre.engine.cli.status;

import io.nacre.engine.json.JsonObject;
import io.nacre.engine.log.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An engine's status for people. */
public final class StatusText {

  private StatusText() {}

  /** Returns the status on one line of at most {@code columns} characters. */
  public static String oneLine(JsonObject status, int columns) {
    String line =
        String.format(
            Locale.ROOT,
            "%,d opens, %,d scanned, %,d denied, %,d unscanned, %,d waiting, clamd %s, up %s",
            status.getLong("answers.total"),
            status.getLong("answers.scanned"),
            status.getLong("answers.denied"),
            status.getLong("answers.unscanned"),
            status.getLong("waiting") + status.getLong("scanning"),
            status.getString("clamd.state"),
            uptime(status));
    return line.length() <= columns ? line : line.substring(0, Math.max(0, columns));
  }

  /** Returns the lines of {@code nacre status}. */
  static List<String> lines(JsonObject status) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "nacre is running: pid "
            + status.getLong("pid")
            + ", up "
            + uptime(status)
            + ", prevention "
            + status.getString("prevention"));
    lines.add("");
    lines.add("protected");
    for (JsonObject path : status.getObjects("protected")) {
      long directories = path.getLong("directories");
      lines.add(
          String.format(
              Locale.ROOT,
              "  %s  %s by %s%s%s",
              Printable.of(path.getString("path")),
              path.getString("state"),
              path.getString("strategy"),
              directories > 0 ? String.format(Locale.ROOT, ", %,d directories", directories) : "",
              reason(path)));
      path.getStrings("problems").forEach(problem -> lines.add("    " + Printable.of(problem)));
      long more = path.getLong("problem-count") - path.getStrings("problems").size();
      if (more > 0) {
        lines.add("    and " + more + " more");
      }
    }
    if (status.has("quarantine")) {
      lines.add(
          "  not in the quarantine "
              + Printable.of(status.getString("quarantine"))
              + ", which only root can enter");
    }
    lines.add("");
    lines.add(
        String.format(
            Locale.ROOT,
            "waiting %,d, scanning %,d, the oldest for %,d ms, late %,d (given up %,d); detections %,d",
            status.getLong("waiting"),
            status.getLong("scanning"),
            status.getLong("oldest-waiting-ms"),
            status.getLong("late"),
            status.getLong("late-given-up"),
            status.getLong("detections")));
    lines.addAll(reports(status));
    lines.add(
        String.format(
            Locale.ROOT,
            "answers %,d, denied %,d",
            status.getLong("answers.total"),
            status.getLong("answers.denied")));
    JsonObject reasons = status.getObject("answers.by-reason");
    reasons.names().stream()
        .sorted()
        .filter(reason -> reasons.getLong(reason) > 0)
        .forEach(
            reason ->
                lines.add(
                    String.format(Locale.ROOT, "  %-14s %,12d", reason, reasons.getLong(reason))));
    if (status.getLong("shared") > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %,d of them shared the scan of another open of the same file",
              status.getLong("shared")));
    }
    lines.add(background(status.getObject("background")));
    lines.add(journal(status.getObject("journal")));
    lines.add(known(status));
    lines.add(ahead(status.getObject("ahead")));
    lines.add(signatures(status.getObject("signatures")));
    lines.add("");
    for (JsonObject clamd : status.getObjects("clamd.endpoints")) {
      lines.add(clamd(clamd));
      lines.add("  " + signaturesOf(clamd.getObject("signatures")));
    }
    return lines;
  }

  /** What became of the detections; nothing as long as there is nothing to say. */
  private static List<String> reports(JsonObject status) {
    JsonObject reports = status.getObject("reports");
    JsonObject hook = reports.getObject("hook");
    List<String> lines = new ArrayList<>();
    if (status.getLong("detections") > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "detections recorded %,d, not recorded %,d, not logged %,d, unreported %,d,"
                  + " without their file %,d",
              reports.getLong("recorded"),
              reports.getLong("not-recorded"),
              reports.getLong("not-logged"),
              status.getLong("detections-unreported"),
              reports.getLong("files-not-held")));
    }
    if (!hook.isEmpty()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "hook run %,d, failed %,d, timed out %,d, dropped %,d",
              hook.getLong("ran"),
              hook.getLong("failed"),
              hook.getLong("timed-out"),
              hook.getLong("dropped")));
    }
    reports
        .getStrings("failing")
        .forEach(what -> lines.add("  detections do not get to " + Printable.of(what)));
    return lines;
  }

  /** Why it is protected that way, unless somebody asked for it. */
  private static String reason(JsonObject path) {
    String reason = path.getString("reason");
    return reason.equals("configured") ? "" : " (" + reason + ")";
  }

  private static String background(JsonObject counts) {
    return String.format(
        Locale.ROOT,
        "in the background scanned %,d, waiting %,d, infected %,d, unscanned %,d, dropped %,d",
        counts.getLong("scanned"),
        counts.getLong("inside"),
        counts.getLong("infected"),
        counts.getLong("unscanned"),
        counts.getLong("dropped"));
  }

  private static String known(JsonObject status) {
    JsonObject kernel = status.getObject("kernel-cache");
    return String.format(
            Locale.ROOT,
            "known clean %,d of at most %,d files",
            status.getLong("cache.files"),
            status.getLong("cache.capacity"))
        + (kernel.has("marked")
            ? String.format(
                    Locale.ROOT,
                    "; %,d hidden by the kernel, %,d leased",
                    kernel.getLong("marked"),
                    kernel.getLong("leased"))
                + doubt(kernel.getString("doubt"))
            : "; kernel cache " + kernel.getString("state"));
  }

  private static String doubt(String why) {
    return why.isEmpty() ? "" : "; none of root's are hidden: " + Printable.of(why);
  }

  private static String ahead(JsonObject counts) {
    return String.format(
        Locale.ROOT,
        "scanned ahead %,d: used %,d, wasted %,d, cancelled %,d; now up to %,d ahead",
        counts.getLong("scanned"),
        counts.getLong("used"),
        counts.getLong("wasted"),
        counts.getLong("cancelled"),
        counts.getLong("window"));
  }

  private static String clamd(JsonObject clamd) {
    return String.format(
        Locale.ROOT,
        "clamd %s at %s: %s; scanning %,d of %,d, done %,d, failed %,d",
        clamd.getString("state"),
        clamd.getString("address"),
        Printable.of(clamd.getString("detail")),
        clamd.getLong("scanning"),
        clamd.getLong("scanning-at-most"),
        clamd.getLong("scans"),
        clamd.getLong("failures"));
  }

  private static String signatures(JsonObject counts) {
    return String.format(
        Locale.ROOT,
        "verdicts forgotten %,d times, last at %s: %s%s",
        counts.getLong("forgotten"),
        counts.getString("forgotten-at"),
        Printable.of(counts.getString("forgotten-because")),
        counts.getBoolean("uncertain") ? "; none are cached now" : "");
  }

  private static String signaturesOf(JsonObject known) {
    String directory = Printable.of(known.getString("database"));
    String newest = known.getString("newest");
    String uncertainty = Printable.of(known.getString("uncertainty"));
    return (directory.isEmpty() ? "signatures" : "signatures in " + directory)
        + (newest.isEmpty() ? "" : ", the newest of " + newest)
        + (uncertainty.isEmpty() ? "" : "; verdicts are not cached: " + uncertainty);
  }

  private static String journal(JsonObject counts) {
    if (counts.getLong("capacity") == 0) {
      return "no journal of files that go unscanned";
    }
    return String.format(
        Locale.ROOT,
        "unscanned files still to scan %,d; made good %,d, infected %,d, vanished %,d, dropped %,d",
        counts.getLong("waiting"),
        counts.getLong("scanned"),
        counts.getLong("infected"),
        counts.getLong("vanished"),
        counts.getLong("dropped"));
  }

  private static String uptime(JsonObject status) {
    Duration up = Duration.ofSeconds(status.getLong("uptime-seconds"));
    if (up.toDays() > 0) {
      return up.toDays() + " d " + up.toHoursPart() + " h";
    }
    if (up.toHours() > 0) {
      return up.toHours() + " h " + up.toMinutesPart() + " min";
    }
    return up.toMinutes() > 0
        ? up.toMinutes() + " min " + up.toSecondsPart() + " s"
        : up.toSeconds() + " s";
  }
}
