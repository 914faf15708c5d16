package io.nacre.engine;

import io.nacre.engine.caching.VerdictCaches;
import io.nacre.engine.clamd.ClamdEndpoint;
import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.clamd.Clamds;
import io.nacre.engine.clamd.SignatureReading;
import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.control.StatusSource;
import io.nacre.engine.detection.Detections;
import io.nacre.engine.detection.Reporter;
import io.nacre.engine.kernelcache.KernelCache;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.scan.QueueGauges;
import io.nacre.engine.scan.prefetch.PrefetchCounts;
import io.nacre.engine.scan.rescan.RescanQueue;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.watch.coverage.Coverage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Puts the engine's status together from what each stage knows of itself. */
final class EngineStatus implements StatusSource {
  private static final QueueGauges.Counts NOBODY = new QueueGauges.Counts(0, 0, 0, 0, 0);

  private final Coverage coverage;
  private final AnswerCounts counts;
  private final VerdictCaches memory;
  private final RescanQueue journal;
  private final PrefetchCounts ahead;
  private final Detections detections;
  private final Reporter reporter;
  private final Clamds clamds;
  private final String prevention;
  private final DetectionConfig detection;
  private final CompletableFuture<Supplier<QueueGauges.Counts>> occupancy;
  private final LongSupplier nanoClock;
  private final long startedAtNanos;

  EngineStatus(
      Coverage coverage,
      AnswerCounts counts,
      VerdictCaches memory,
      RescanQueue journal,
      PrefetchCounts ahead,
      Detections detections,
      Reporter reporter,
      Clamds clamds,
      String prevention,
      DetectionConfig detection,
      CompletableFuture<Supplier<QueueGauges.Counts>> occupancy,
      LongSupplier nanoClock) {
    this.coverage = coverage;
    this.counts = counts;
    this.memory = memory;
    this.journal = journal;
    this.ahead = ahead;
    this.detections = detections;
    this.reporter = reporter;
    this.clamds = clamds;
    this.prevention = prevention;
    this.detection = detection;
    this.occupancy = occupancy;
    this.nanoClock = nanoClock;
    this.startedAtNanos = nanoClock.getAsLong();
  }

  @Override
  public Map<String, Object> status() {
    QueueGauges.Counts now = occupancy.getNow(() -> NOBODY).get();
    Map<String, Object> status = new LinkedHashMap<>();
    status.put(
        "uptime-seconds", Duration.ofNanos(nanoClock.getAsLong() - startedAtNanos).toSeconds());
    status.put("pid", ProcessHandle.current().pid());
    status.put("prevention", prevention);
    status.put("protected", paths());
    status.put("waiting", now.waiting());
    status.put("oldest-waiting-ms", counts.unanswered().oldest(nanoClock.getAsLong()).toMillis());
    status.put("scanning", now.scanning());
    status.put("deferred", now.deferred());
    status.put("deferred-shed", now.shed());
    status.put("shared", now.shared());
    status.put(
        "answers",
        Map.of(
            "total", counts.total(),
            "scanned", counts.scanned(),
            "unscanned", counts.unscanned(),
            "denied", counts.denied(),
            "by-reason", counts.byReason()));
    status.put("background", counts.background().byName());
    status.put("rescan-queue", journal());
    status.put("cache", cache());
    status.put("prefetch", ahead.byName());
    status.put("signatures", signatures());
    status.put(
        "kernel-cache",
        memory.kernelCache().map(KernelCache::status).orElseGet(() -> Map.of("state", "off")));
    status.put("cached-infected", memory.infected().size());
    status.put("detections", detections.count());
    status.put("action", detection.action().name().toLowerCase(Locale.ROOT));
    if (detection.hasQuarantine()) {
      status.put("quarantine", detection.quarantine().toString());
    }
    status.put("detections-unreported", reporter.dropped());
    status.put("reports", reporter.counts());
    status.put("clamd", Map.of("state", clamds.best().state().label(), "endpoints", endpoints()));
    return status;
  }

  private List<Map<String, Object>> endpoints() {
    List<Map<String, Object>> endpoints = new ArrayList<>();
    for (ClamdEndpoint endpoint : clamds.endpoints()) {
      ClamdHealth.Reading reading = endpoint.health().reading();
      endpoints.add(
          Map.of(
              "address", endpoint.toString(),
              "state", reading.state().label(),
              "detail", reading.detail(),
              "transport", endpoint.settings().transport().name().toLowerCase(Locale.ROOT),
              "scanning", endpoint.underWay(),
              "scanning-at-most", endpoint.limit(),
              "scans", endpoint.scans(),
              "failures", endpoint.failures(),
              "signatures", signatures(endpoint.signatures())));
    }
    return endpoints;
  }

  /** What is known of the signatures of one clamd. */
  private static Map<String, Object> signatures(SignatureReading known) {
    return Map.of(
        "database", known.directory().orElse(""),
        "newest", known.newest().map(EngineStatus::seconds).orElse(""),
        "uncertainty", known.uncertainty());
  }

  /** What became of the verdicts of all clamds. */
  private Map<String, Object> signatures() {
    SignatureSet.Reading now = memory.signatures().reading();
    return Map.of(
        "uncertain", memory.signatures().isUncertain(),
        "invalidations", now.times(),
        "invalidated-at", seconds(now.at()),
        "invalidated-because", now.why());
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private Map<String, Object> cache() {
    return Map.of(
        "files",
        memory.clean().size(),
        "capacity",
        memory.clean().capacity(),
        "writers-seen",
        memory.clean().opensWithWriter());
  }

  private Map<String, Object> journal() {
    RescanQueue.Counts now = journal.counts();
    return Map.of(
        "capacity", now.capacity(),
        "waiting", now.waiting(),
        "rescanned", now.scanned(),
        "infected", now.infected(),
        "no-longer-found", now.vanished(),
        "dropped", now.dropped());
  }

  /** Returns the status on one line, for the service manager. */
  String summary() {
    QueueGauges.Counts now = occupancy.getNow(() -> NOBODY).get();
    return String.format(
        Locale.ROOT,
        "%,d answers, %,d denied, %,d unscanned; %,d waiting; clamd %s",
        counts.total(),
        counts.denied(),
        counts.unscanned(),
        now.waiting() + now.scanning(),
        clamds.best().state().label());
  }

  private List<Map<String, Object>> paths() {
    List<Map<String, Object>> paths = new ArrayList<>();
    for (Coverage.Entry entry : coverage.entries()) {
      paths.add(
          Map.of(
              "path", entry.path(),
              "strategy", entry.strategy(),
              "reason", entry.reason(),
              "state", entry.state().name().toLowerCase(Locale.ROOT),
              "directories", entry.directories(),
              "problem-count", entry.problemCount(),
              "problems", entry.problems()));
    }
    return paths;
  }
}
