package io.nacre.engine.cli.status;

import io.nacre.engine.json.JsonObject;
import io.nacre.engine.log.Printable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The status of an engine as text, for {@code nacre status} and {@code nacre protect}. */
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
        String.format(
            Locale.ROOT,
            "nacre is running: pid %d, up %s, prevention %s",
            status.getLong("pid"),
            uptime(status),
            status.getString("prevention")));
    if (!status.getString("configuration").isEmpty()) {
      lines.add("configuration: " + Printable.of(status.getString("configuration")));
    }
    if (status.has("hand-over")) {
      lines.add(
          String.format(
              Locale.ROOT,
              "started by a hand-over at %s, from process %d",
              status.getString("hand-over.at"),
              status.getLong("hand-over.from-pid")));
    }
    lines.add("");
    lines.add("protected");
    status.getObjects("protected").forEach(path -> addPath(lines, path));
    if (status.has("quarantine")) {
      lines.add(
          "  except the quarantine "
              + Printable.of(status.getString("quarantine"))
              + ", which only root can enter");
    }
    lines.add("");
    lines.add(queue(status));
    addDetections(lines, status);
    addAnswers(lines, status);
    lines.add(background(status.getObject("background")));
    lines.add(rescanQueue(status.getObject("rescan-queue")));
    lines.add(caches(status));
    lines.add(prefetch(status.getObject("prefetch")));
    lines.add(invalidations(status.getObject("signatures")));
    lines.add("");
    for (JsonObject clamd : status.getObjects("clamd.endpoints")) {
      lines.add(clamd(clamd));
      lines.add("  " + signaturesOf(clamd.getObject("signatures")));
    }
    return lines;
  }

  private static void addPath(List<String> lines, JsonObject path) {
    long directories = path.getLong("directories");
    List<String> problems = path.getStrings("problems");
    lines.add(
        "  "
            + Printable.of(path.getString("path"))
            + "  "
            + path.getString("state")
            + " by "
            + path.getString("strategy")
            + (directories > 0 ? ", " + counted(directories, "directory", "directories") : "")
            + reason(path));
    problems.forEach(problem -> lines.add("    " + Printable.of(problem)));
    long more = path.getLong("problem-count") - problems.size();
    if (more > 0) {
      lines.add("    and " + more + " more");
    }
  }

  /** Returns why a path has its strategy; empty if the configuration names the strategy. */
  private static String reason(JsonObject path) {
    String reason = path.getString("reason");
    return reason.equals("configured") ? "" : " (" + reason + ")";
  }

  private static String queue(JsonObject status) {
    return String.format(
        Locale.ROOT,
        "queue: waiting %,d, the oldest for %,d ms; scanning %,d; deferred %,d, shed %,d",
        status.getLong("waiting"),
        status.getLong("oldest-waiting-ms"),
        status.getLong("scanning"),
        status.getLong("deferred"),
        status.getLong("deferred-shed"));
  }

  /** Adds the counts of the detections, of their reports and of the hook, where there are any. */
  private static void addDetections(List<String> lines, JsonObject status) {
    JsonObject reports = status.getObject("reports");
    JsonObject hook = reports.getObject("hook");
    long detections = status.getLong("detections");
    lines.add(
        String.format(Locale.ROOT, "detections %,d", detections)
            + (detections == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    ": recorded %,d, not recorded %,d, not logged %,d, unreported %,d,"
                        + " without their file %,d",
                    reports.getLong("recorded"),
                    reports.getLong("not-recorded"),
                    reports.getLong("not-logged"),
                    status.getLong("detections-unreported"),
                    reports.getLong("files-not-retained"))));
    if (!hook.isEmpty()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "hook: run %,d, failed %,d, timed out %,d, dropped %,d",
              hook.getLong("ran"),
              hook.getLong("failed"),
              hook.getLong("timed-out"),
              hook.getLong("dropped")));
    }
    reports
        .getStrings("failing")
        .forEach(sink -> lines.add("  detections do not reach " + Printable.of(sink)));
  }

  private static void addAnswers(List<String> lines, JsonObject status) {
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
    long shared = status.getLong("shared");
    if (shared > 0) {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %,d of them shared the scan of another open of the same file",
              shared));
    }
  }

  private static String background(JsonObject counts) {
    return String.format(
        Locale.ROOT,
        "background: scanned %,d, waiting %,d, infected %,d, unscanned %,d, dropped %,d",
        counts.getLong("scanned"),
        counts.getLong("inside"),
        counts.getLong("infected"),
        counts.getLong("unscanned"),
        counts.getLong("dropped"));
  }

  private static String rescanQueue(JsonObject counts) {
    return counts.getLong("capacity") == 0
        ? "rescan queue: off"
        : String.format(
            Locale.ROOT,
            "rescan queue: waiting %,d, rescanned %,d, infected %,d, no longer found %,d,"
                + " dropped %,d",
            counts.getLong("waiting"),
            counts.getLong("rescanned"),
            counts.getLong("infected"),
            counts.getLong("no-longer-found"),
            counts.getLong("dropped"));
  }

  private static String caches(JsonObject status) {
    JsonObject kernel = status.getObject("kernel-cache");
    return String.format(
            Locale.ROOT,
            "cached clean %,d of at most %,d files",
            status.getLong("cache.files"),
            status.getLong("cache.capacity"))
        + (kernel.has("marked")
            ? String.format(
                    Locale.ROOT,
                    "; in the kernel %,d, with a lease %,d",
                    kernel.getLong("marked"),
                    kernel.getLong("leased"))
                + onlyLeased(kernel.getString("uncertainty"))
            : "; kernel cache " + kernel.getString("state"));
  }

  private static String onlyLeased(String reason) {
    return reason.isEmpty() ? "" : "; only files with a lease now: " + Printable.of(reason);
  }

  private static String prefetch(JsonObject counts) {
    return String.format(
        Locale.ROOT,
        "prefetch: scanned %,d, used %,d, wasted %,d, cancelled %,d; window %,d",
        counts.getLong("scanned"),
        counts.getLong("used"),
        counts.getLong("wasted"),
        counts.getLong("cancelled"),
        counts.getLong("window"));
  }

  private static String invalidations(JsonObject counts) {
    return "verdicts invalidated "
        + counted(counts.getLong("invalidations"), "time", "times")
        + ", last at "
        + counts.getString("invalidated-at")
        + ": "
        + Printable.of(counts.getString("invalidated-because"))
        + (counts.getBoolean("uncertain") ? "; none are cached now" : "");
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

  private static String signaturesOf(JsonObject clamd) {
    String directory = Printable.of(clamd.getString("database"));
    String newest = clamd.getString("newest");
    String uncertain = Printable.of(clamd.getString("uncertainty"));
    return (directory.isEmpty() ? "signatures" : "signatures in " + directory)
        + (newest.isEmpty() ? "" : ", the newest of " + newest)
        + (uncertain.isEmpty() ? "" : "; verdicts are not cached: " + uncertain);
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

  private static String counted(long count, String one, String many) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
  }
}
