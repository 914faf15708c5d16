package io.nacre.engine.selfcheck;

import io.nacre.engine.bulkhead.Bulkhead;
import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.control.ControlCommand;
import io.nacre.engine.explain.OpenOutlook;
import io.nacre.engine.json.JsonObject;
import io.nacre.engine.policy.LivePolicy;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.coverage.CoverageCheck;
import io.nacre.engine.watch.coverage.CoverageReport;
import io.nacre.linux.socket.PeerCredentials;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The control command {@code selftest}: whether everything is protected that should be, and which
 * answers opens should get.
 *
 * <p>The check runs on a thread of its own, one at a time. A client that queries meanwhile gets the
 * result of the running check.
 */
public final class SelfCheck implements ControlCommand {
  /** The first part of the names of the files that a self-test makes. */
  public static final String FILE_PREFIX = ".nacre-selftest-";

  /** The longest time until an answer, in seconds. */
  public static final long ANSWER_SECONDS = 90;

  /**
   * The parts of the engine that the check reads.
   *
   * @param scope the places, and the marks that they should have
   * @param policy the current policy
   * @param clamd the state of the best clamd now
   */
  public record Setup(
      Supplier<CoverageCheck.Scope> scope, LivePolicy policy, Supplier<ClamdHealth.State> clamd) {}

  private static final Duration LONGEST_WALK = Duration.ofSeconds(60);

  private final Setup setup;
  private final Bulkhead checks =
      Bulkhead.bounded("coverage-check", /* threadCount= */ 1, /* waiting= */ 0);
  private CompletionStage<CoverageReport> latest = new CompletableFuture<>();

  public SelfCheck(Setup setup) {
    this.setup = setup;
  }

  @Override
  public CompletionStage<Map<String, Object>> answer(JsonObject request, PeerCredentials peer) {
    return check().thenApply(report -> values(report, peer.uid()));
  }

  /** A file system that does not answer blocks the thread; clients then time out. */
  private synchronized CompletionStage<CoverageReport> check() {
    checks
        .begin("coverage", () -> CoverageCheck.run(setup.scope().get(), LONGEST_WALK))
        .ifPresent(begun -> latest = begun.within(Duration.ofSeconds(ANSWER_SECONDS), late -> {}));
    return latest;
  }

  private Map<String, Object> values(CoverageReport report, int uid) {
    List<Map<String, Object>> places = new ArrayList<>();
    for (Coverage.Entry entry : setup.scope().get().coverage().entries()) {
      places.add(place(entry, report));
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(
        "holds",
        report.isComplete()
            && places.stream().allMatch(place -> List.of().equals(place.get("gaps"))));
    values.put("finished", report.finished());
    values.put("took-millis", report.took().toMillis());
    values.put("places", places);
    values.put("others", report.others());
    values.put("marked-outside", report.orphans());
    values.put("marked-outside-count", report.orphanCount());
    values.put(
        "opens",
        OpenOutlook.of(
                setup.scope().get().marks().events(),
                setup.policy().current().exemptions().exempts(uid),
                setup.clamd().get(),
                setup.policy().current().fallback())
            .values());
    values.put("deadline-millis", setup.policy().current().deadline().toMillis());
    return values;
  }

  private Map<String, Object> place(Coverage.Entry entry, CoverageReport report) {
    Optional<CoverageReport.Checked> checked =
        report.places().stream().filter(place -> place.path().equals(entry.path())).findAny();
    List<String> gaps = gaps(entry, checked.map(CoverageReport.Checked::gaps).orElse(List.of()));
    int unmarked = checked.map(CoverageReport.Checked::gapCount).orElse(0);
    return Map.of(
        "path", entry.path(),
        "strategy", entry.strategy(),
        "directories", checked.map(CoverageReport.Checked::directories).orElse(0),
        "gaps", gaps,
        "gap-count", Math.max(gaps.size(), Math.max(unmarked, entry.problemCount())),
        "takes-test-files", takesTestFiles(entry));
  }

  /** Joins the problems that the engine knows, with their reasons, and the gaps found on disk. */
  private static List<String> gaps(Coverage.Entry entry, List<String> found) {
    Map<String, String> byPath = new LinkedHashMap<>();
    entry.problems().forEach(problem -> byPath.put(path(problem), problem));
    found.forEach(gap -> byPath.putIfAbsent(path(gap), gap));
    if (byPath.isEmpty() && entry.state() != Coverage.State.PROTECTED) {
      String state = entry.state().name().toLowerCase(Locale.ROOT);
      byPath.put(entry.path(), entry.path() + ": " + state);
    }
    return List.copyOf(byPath.values());
  }

  private static String path(String line) {
    return line.substring(0, Math.max(0, line.indexOf(": ")));
  }

  private boolean takesTestFiles(Coverage.Entry entry) {
    byte[] file = (entry.path() + "/" + FILE_PREFIX + "0").getBytes(StandardCharsets.UTF_8);
    return entry.state() != Coverage.State.MISSING
        && setup.scope().get().rules().scopeOfFile(file, file.length) == PathRules.Scope.INSIDE;
  }
}
