package io.nacre.engine;

import io.nacre.engine.caching.VerdictCaches;
import io.nacre.engine.clamd.ClamdPool;
import io.nacre.engine.clamd.Clamds;
import io.nacre.engine.clamd.EmbeddedClamd;
import io.nacre.engine.config.PrefetchConfig;
import io.nacre.engine.context.DescriptorBudget;
import io.nacre.engine.detection.Detections;
import io.nacre.engine.detection.Reporter;
import io.nacre.engine.explain.ExplainContext;
import io.nacre.engine.intake.FanotifyReader;
import io.nacre.engine.intake.ReaderLease;
import io.nacre.engine.intake.ReaderSinks;
import io.nacre.engine.intake.TriageState;
import io.nacre.engine.ops.ServiceNotification;
import io.nacre.engine.ops.Watchdog;
import io.nacre.engine.policy.LivePolicy;
import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.scan.QueueGauges;
import io.nacre.engine.scan.ScanStream;
import io.nacre.engine.scan.ondemand.OnDemandScanner;
import io.nacre.engine.scan.prefetch.PrefetchCounts;
import io.nacre.engine.scan.prefetch.Prefetcher;
import io.nacre.engine.scan.rescan.RescanQueue;
import io.nacre.engine.selfcheck.SelfCheck;
import io.nacre.engine.watch.PlaceWatch;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.place.MountPoints;
import io.nacre.linux.WakeUp;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.process.DeadMansTimer;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine has opened and made before any actor runs, for the guardian to wire.
 *
 * @param embedded our own clamd, if it is ours
 * @param journal the files that got past the scan
 * @param memory what is known of files that were scanned
 * @param ahead which files are scanned before anybody opens them
 * @param stop ends every wait of every stage
 * @param patience how long there may be no progress before the engine ends
 * @param ready completes when every path is protected or reported
 * @param failed completes when a stage ended that must not, with its name
 * @param occupancy completes with what tells how full the stream is
 */
record EngineParts(
    ClamdPool.Settings scanning,
    Clamds clamds,
    Optional<EmbeddedClamd> embedded,
    ScannerProcesses scanners,
    Detections detections,
    Reporter reporter,
    ScanStream.Limits limits,
    VerdictCaches memory,
    RescanQueue journal,
    PrefetchConfig ahead,
    PrefetchCounts aheadCounts,
    Optional<Path> controlPath,
    Optional<UnixSocket> controlSocket,
    EngineStatus status,
    PlaceWatch.Setup places,
    TriageState triage,
    LivePolicy policy,
    JobContext jobs,
    DeadMansTimer deadMan,
    Duration patience,
    DescriptorBudget descriptors,
    ServiceNotification service,
    Duration deadline,
    WakeUp stop,
    LongSupplier nanoClock,
    CompletableFuture<Boolean> ready,
    CompletableFuture<String> failed,
    CompletableFuture<Supplier<QueueGauges.Counts>> occupancy) {
  private static final Logger LOG = LoggerFactory.getLogger(EngineParts.class);

  /** Returns whether files are scanned that nobody opens. */
  boolean scansWhatIsWritten() {
    return (places.marks().events() & FanotifyMask.FAN_CLOSE_WRITE) != 0;
  }

  /** Returns what {@code selftest} checks. */
  SelfCheck.Setup selfCheck() {
    return new SelfCheck.Setup(places.checked(), policy, () -> clamds.best().state());
  }

  /** Returns what {@code explain} reads. */
  ExplainContext explained() {
    return new ExplainContext(
        places.marks(), places.coverage(), memory, triage, policy, () -> clamds.best().state());
  }

  /** What the watchdog goes by, which watches the readers of {@code watch}. */
  Watchdog.Setup watchdog(ReaderLease watch) {
    return new Watchdog.Setup(
        watch::progressNanos,
        jobs.counts().unanswered()::oldest,
        deadline,
        patience,
        deadMan::rearm,
        descriptors.limit(),
        descriptors::update,
        service,
        status::summary,
        reason -> failed.complete(reason),
        stop,
        nanoClock);
  }

  /** Returns what guesses which files are opened next; nothing if nobody wants that. */
  Optional<Prefetcher> scanAhead() {
    boolean holdsOpensUp = (places.marks().events() & FanotifyMask.FAN_OPEN_PERM) != 0;
    return ahead.isEnabled() && holdsOpensUp
        ? Optional.of(
            new Prefetcher(
                new Prefetcher.Setup(
                    policy.current().paths(),
                    triage.ownMounts(),
                    memory.clean(),
                    memory.infected(),
                    policy.current().maxFileSizeBytes(),
                    jobs,
                    descriptors::hasRoomFor,
                    aheadCounts,
                    nanoClock)))
        : Optional.empty();
  }

  /** What the sweeper of {@code stream} goes by. */
  OnDemandScanner.Setup sweeper(ScanStream stream) {
    return new OnDemandScanner.Setup(
        policy.current().paths(),
        triage.ownMounts(),
        memory.clean(),
        memory.infected(),
        policy.current().maxFileSizeBytes(),
        () -> places.coverage().entries().stream().map(Coverage.Entry::path).toList(),
        EngineParts::mountsBelow,
        jobs,
        stream,
        stream::isIdle,
        descriptors::hasRoomFor,
        ahead.idleScan(),
        nanoClock);
  }

  /** Returns the local mount points below {@code path}; none if the kernel does not tell. */
  private static List<String> mountsBelow(String path) {
    try {
      return MountPoints.localBelow(path);
    } catch (IOException e) {
      LOG.warn("a scan leaves out what is mounted below {}: {}", path, e.getMessage());
      return List.of();
    }
  }

  FanotifyReader.Setup reader(ReaderSinks sinks, ReaderLease lease) {
    return new FanotifyReader.Setup(
        jobs,
        stop,
        lease,
        policy,
        triage,
        (places.marks().events() & FanotifyMask.FAN_OPEN_PERM) != 0,
        descriptors,
        sinks,
        nanoClock);
  }
}
