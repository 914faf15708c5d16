package io.nacre.engine;

import com.typesafe.config.Config;
import io.nacre.engine.control.ControlCommand;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.coverage.CoverageCheck;
import io.nacre.engine.watch.coverage.CoverageReport;
import io.nacre.linux.socket.PeerCredentials;
import java.io.IOException;
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
import java.util.concurrent.TimeUnit;

/**
 * Answers {@code selftest}: whether everything is protected that should be, and how opens should
 * fare.
 *
 * <p>The check runs on a thread of its own, one at a time; whoever asks meanwhile gets its result.
 */
public final class SelfCheck implements ControlCommand {
  /** How the names of the files begin that a self-test makes. */
  public static final String FILE_PREFIX = ".nacre-selftest-";

  /** The longest time until an answer, in seconds. */
  public static final long ANSWER_SECONDS = 90;

  private static final Duration LONGEST_WALK = Duration.ofSeconds(60);

  private final EngineParts parts;
  private Optional<Thread> thread = Optional.empty();
  private CompletableFuture<CoverageReport> latest = new CompletableFuture<>();

  SelfCheck(EngineParts parts) {
    this.parts = parts;
  }

  @Override
  public CompletionStage<Map<String, Object>> answer(Config request, PeerCredentials peer) {
    return check().thenApply(report -> values(report, peer.uid()));
  }

  /** A file system that does not answer holds the thread, and then nobody waits for it. */
  private synchronized CompletableFuture<CoverageReport> check() {
    if (thread.filter(Thread::isAlive).isPresent()) {
      return latest;
    }
    CompletableFuture<CoverageReport> result = new CompletableFuture<>();
    Thread check = new Thread(() -> check(result), "coverage-check");
    check.setDaemon(true);
    check.start();
    thread = Optional.of(check);
    latest = result.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS);
    return latest;
  }

  private void check(CompletableFuture<CoverageReport> result) {
    try {
      result.complete(CoverageCheck.run(parts.places().checked(), LONGEST_WALK));
    } catch (IOException | RuntimeException e) {
      result.completeExceptionally(e);
    }
  }

  private Map<String, Object> values(CoverageReport report, int uid) {
    List<Map<String, Object>> places = new ArrayList<>();
    for (Coverage.Entry entry : parts.places().coverage().entries()) {
      places.add(place(entry, report));
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(
        "holds",
        report.holds() && places.stream().allMatch(place -> List.of().equals(place.get("lacks"))));
    values.put("finished", report.finished());
    values.put("took-millis", report.took().toMillis());
    values.put("places", places);
    values.put("others", report.others());
    values.put("marked-outside", report.strays());
    values.put("marked-outside-count", report.strayCount());
    values.put(
        "opens",
        OpenOutlook.of(
                parts.places().marks().events(),
                parts.triage().exemptions().exempts(uid),
                parts.clamds().best().state(),
                parts.requests().fallback())
            .values());
    values.put("deadline-millis", parts.deadline().toMillis());
    return values;
  }

  private Map<String, Object> place(Coverage.Entry entry, CoverageReport report) {
    Optional<CoverageReport.Checked> checked =
        report.places().stream().filter(place -> place.path().equals(entry.path())).findAny();
    List<String> lacks = lacks(entry, checked.map(CoverageReport.Checked::lacks).orElse(List.of()));
    int unmarked = checked.map(CoverageReport.Checked::lackCount).orElse(0);
    return Map.of(
        "path", entry.path(),
        "strategy", entry.strategy(),
        "directories", checked.map(CoverageReport.Checked::directories).orElse(0),
        "lacks", lacks,
        "lack-count", Math.max(lacks.size(), Math.max(unmarked, entry.problemCount())),
        "takes-test-files", takesTestFiles(entry));
  }

  /** Puts together what the engine knows, with the reasons, and what was found on disk. */
  private static List<String> lacks(Coverage.Entry entry, List<String> found) {
    Map<String, String> byPath = new LinkedHashMap<>();
    entry.problems().forEach(problem -> byPath.put(path(problem), problem));
    found.forEach(lack -> byPath.putIfAbsent(path(lack), lack));
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
        && parts.places().rules().place(file, file.length) == PathRules.Place.INSIDE;
  }
}
