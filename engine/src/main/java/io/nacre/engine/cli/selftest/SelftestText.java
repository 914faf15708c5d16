package io.nacre.engine.cli.selftest;

import io.nacre.engine.cli.terminal.Terminal;
import io.nacre.engine.json.JsonObject;
import io.nacre.engine.log.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The result of {@code nacre selftest} as text. */
final class SelftestText {
  private static final String OK = "ok           ";
  private static final String GAP = "NOT PROTECTED";
  private static final String NOTE = "note         ";
  private static final int SHOWN = 5;
  private static final int WIDEST = 40;

  private final JsonObject report;
  private final Map<String, OpenProof> proofs;

  /**
   * The text of a report.
   *
   * @param proofs the outcome for the test files in each path; no entry where none were made
   */
  SelftestText(JsonObject report, Map<String, OpenProof> proofs) {
    this.report = report;
    this.proofs = proofs;
  }

  /** Returns true if everything is protected as configured. */
  boolean holds() {
    return report.getBoolean("holds")
        && !report.getBoolean("opens.weakened")
        && proofs.values().stream().noneMatch(proof -> proof.outcome() == OpenProof.Outcome.BROKEN);
  }

  /** Returns the lines of {@code nacre selftest}. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    List<? extends JsonObject> places = report.getObjects("places");
    int width =
        places.stream()
            .mapToInt(place -> path(place).length())
            .filter(w -> w <= WIDEST)
            .max()
            .orElse(0);
    places.forEach(place -> add(lines, place, width));
    report.getStrings("others").forEach(gap -> lines.add(gap(gap)));
    long outside = report.getLong("marked-outside-count");
    if (outside > 0) {
      lines.add(
          NOTE + "  marked without need: " + shown(report.getStrings("marked-outside"), outside));
    }
    if (!report.getBoolean("finished")) {
      lines.add(NOTE + "  not finished: the check ran out of time before it had seen everything");
    }
    lines.add("");
    lines.add(conclusion(places));
    return lines;
  }

  private void add(List<String> lines, JsonObject place, int width) {
    Optional<OpenProof> proof = Optional.ofNullable(proofs.get(place.getString("path")));
    List<String> gaps = place.getStrings("gaps");
    if (isBroken(proof)) {
      lines.add(gap(place.getString("path") + ": " + proof.get().text()));
    }
    gaps.stream().limit(SHOWN).forEach(gap -> lines.add(gap(gap)));
    long more = place.getLong("gap-count") - Math.min(gaps.size(), SHOWN);
    if (more > 0) {
      lines.add(gap(String.format(Locale.ROOT, "and %,d more below %s", more, path(place))));
    }
    if (gaps.isEmpty() && !isBroken(proof)) {
      lines.add(ok(place, proof, width));
    }
  }

  private static boolean isBroken(Optional<OpenProof> proof) {
    return proof.filter(opened -> opened.outcome() == OpenProof.Outcome.BROKEN).isPresent();
  }

  private static String ok(JsonObject place, Optional<OpenProof> proof, int width) {
    List<String> found = new ArrayList<>();
    long directories = place.getLong("directories");
    if (directories > 0) {
      found.add(directories(directories));
    }
    proof.map(OpenProof::text).ifPresent(found::add);
    String line =
        String.format(
            Locale.ROOT,
            "%-" + Math.max(1, width) + "s  %s  %s",
            path(place),
            place.getString("strategy"),
            String.join(", ", found));
    return Terminal.green(OK) + "  " + line.stripTrailing();
  }

  private static String gap(String text) {
    return Terminal.red(GAP) + "  " + Printable.of(text);
  }

  private static String shown(List<String> some, long count) {
    String text = String.join(", ", some.stream().limit(SHOWN).map(Printable::of).toList());
    long more = count - Math.min(some.size(), SHOWN);
    return more > 0 ? text + String.format(Locale.ROOT, " and %,d more", more) : text;
  }

  private String conclusion(List<? extends JsonObject> places) {
    String because = report.getString("opens.because");
    if (!holds()) {
      return report.getBoolean("opens.weakened")
          ? "Not everything is protected: " + because + "."
          : "Not everything is protected; see also nacre status.";
    }
    long directories = places.stream().mapToLong(place -> place.getLong("directories")).sum();
    String what =
        String.format(
            Locale.ROOT,
            "Everything is %s: %,d %s, %s, checked in %.1f s",
            report.getString("opens.infected").equals("deny") ? "protected" : "watched",
            places.size(),
            places.size() == 1 ? "path" : "paths",
            directories(directories),
            report.getLong("took-millis") / 1_000.0);
    return because.isEmpty() ? what + "." : what + "; " + because + ".";
  }

  private static String directories(long count) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? "directory" : "directories");
  }

  private static String path(JsonObject place) {
    return Printable.of(place.getString("path"));
  }
}
