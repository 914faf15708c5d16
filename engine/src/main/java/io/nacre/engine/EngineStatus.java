package io.nacre.engine;

import io.nacre.engine.caching.Caching;
import io.nacre.engine.caching.VerdictCaches;
import io.nacre.engine.clamd.ClamdEndpoint;
import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.clamd.Scanners;
import io.nacre.engine.clamd.SignatureReading;
import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.control.StatusSource;
import io.nacre.engine.detection.Detecting;
import io.nacre.engine.handover.IncomingHandOver;
import io.nacre.engine.kernelcache.KernelCache;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.scan.QueueGauges;
import io.nacre.engine.scan.Scanning;
import io.nacre.engine.scan.rescan.RescanQueue;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.watch.Watching;
import io.nacre.engine.watch.coverage.Coverage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The status of a running engine, assembled from the counts and states of its stages. */
final class EngineStatus implements StatusSource {
  private final Supplier<EngineConfig> config;
  private final StageContext context;
  private final VerdictCaches caches;
  private final Detecting detecting;
  private final Scanners scanners;
  private final Scanning scanning;
  private final Coverage coverage;
  private final Supplier<String> lastReload;
  private final Optional<IncomingHandOver> handOver;
  private final long startedAtNanos;

  EngineStatus(
      Supplier<EngineConfig> config,
      Optional<IncomingHandOver> handOver,
      StageContext context,
      Caching caching,
      Detecting detecting,
      Scanners scanners,
      Scanning scanning,
      Watching watching,
      Supplier<String> lastReload) {
    this.config = config;
    this.handOver = handOver;
    this.context = context;
    this.caches = caching.caches();
    this.detecting = detecting;
    this.scanners = scanners;
    this.scanning = scanning;
    this.coverage = watching.coverage();
    this.lastReload = lastReload;
    this.startedAtNanos = context.nanoClock().getAsLong();
  }

  @Override
  public Map<String, Object> status() {
    QueueGauges.Counts now = scanning.gauges();
    AnswerCounts counts = context.counts();
    DetectionConfig detection = config.get().detection();
    Map<String, Object> status = new LinkedHashMap<>();
    status.put(
        "uptime-seconds",
        Duration.ofNanos(context.nanoClock().getAsLong() - startedAtNanos).toSeconds());
    status.put("pid", ProcessHandle.current().pid());
    handOver.ifPresent(
        from ->
            from.committedAt()
                .ifPresent(
                    at ->
                        status.put(
                            "hand-over",
                            Map.of("from-pid", from.predecessor(), "at", seconds(at)))));
    status.put("prevention", config.get().watch().prevention().name().toLowerCase(Locale.ROOT));
    status.put("configuration", lastReload.get());
    status.put("protected", paths());
    status.put("waiting", now.waiting());
    status.put(
        "oldest-waiting-ms",
        counts.unanswered().oldest(context.nanoClock().getAsLong()).toMillis());
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
    status.put("rescan-queue", rescanQueue());
    status.put("cache", cache());
    status.put("prefetch", scanning.prefetchCounts().byName());
    status.put("signatures", signatures());
    status.put(
        "kernel-cache",
        caches
            .kernelCache()
            .current()
            .map(KernelCache::status)
            .orElseGet(() -> Map.of("state", "off")));
    status.put("cached-infected", caches.infected().size());
    status.put("detections", detecting.detections().count());
    status.put("action", detection.action().name().toLowerCase(Locale.ROOT));
    if (detection.hasQuarantine()) {
      status.put("quarantine", detection.quarantine().toString());
    }
    status.put("detections-unreported", detecting.reporter().dropped());
    status.put("reports", detecting.reporter().counts());
    status.put(
        "clamd",
        Map.of("state", scanners.clamds().best().state().label(), "endpoints", endpoints()));
    return status;
  }

  private List<Map<String, Object>> endpoints() {
    List<Map<String, Object>> endpoints = new ArrayList<>();
    for (ClamdEndpoint endpoint : scanners.clamds().endpoints()) {
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

  /** Returns the last reading of the signatures of one clamd. */
  private static Map<String, Object> signatures(SignatureReading known) {
    return Map.of(
        "database", known.directory().orElse(""),
        "newest", known.newest().map(EngineStatus::seconds).orElse(""),
        "uncertainty", known.uncertainty());
  }

  /** Returns whether cached verdicts are uncertain, and when and why they were last invalidated. */
  private Map<String, Object> signatures() {
    SignatureSet.Reading now = caches.signatures().reading();
    return Map.of(
        "uncertain", caches.signatures().isUncertain(),
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
        caches.clean().size(),
        "capacity",
        caches.clean().capacity(),
        "writers-seen",
        caches.clean().opensWithWriter());
  }

  private Map<String, Object> rescanQueue() {
    RescanQueue.Counts now = scanning.rescans().counts();
    return Map.of(
        "capacity", now.capacity(),
        "waiting", now.waiting(),
        "rescanned", now.rescanned(),
        "infected", now.infected(),
        "no-longer-found", now.noLongerFound(),
        "dropped", now.dropped());
  }

  /** Returns the status on one line, for the service manager. */
  String summary() {
    QueueGauges.Counts now = scanning.gauges();
    AnswerCounts counts = context.counts();
    return String.format(
        Locale.ROOT,
        "%,d answers, %,d denied, %,d unscanned; %,d waiting; clamd %s",
        counts.total(),
        counts.denied(),
        counts.unscanned(),
        now.waiting() + now.scanning(),
        scanners.clamds().best().state().label());
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
