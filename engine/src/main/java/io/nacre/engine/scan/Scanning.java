package io.nacre.engine.scan;

import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.config.PrefetchConfig;
import io.nacre.engine.config.StartConfig;
import io.nacre.engine.context.DescriptorBudget;
import io.nacre.engine.context.Stage;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.context.StageChange;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.request.AfterAnswer;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.CleanFileSink;
import io.nacre.engine.request.DeniedRequestSink;
import io.nacre.engine.request.DescriptorCloser;
import io.nacre.engine.request.FileScanner;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.request.OpenSink;
import io.nacre.engine.request.RequestSink;
import io.nacre.engine.scan.lookup.FileScope;
import io.nacre.engine.scan.ondemand.OnDemandScanner;
import io.nacre.engine.scan.prefetch.PrefetchCounts;
import io.nacre.engine.scan.prefetch.Prefetcher;
import io.nacre.engine.scan.rescan.RescanQueue;
import io.nacre.engine.scan.rescan.Rescanner;
import io.nacre.engine.scan.rescan.UnscannedRecorder;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.FileInspector;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.engine.verdict.SignatureSet;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage that schedules scans, from a request to its answer, and the scans that no opener waits
 * for: written files, rescans, prefetch and scans on demand.
 *
 * <ul>
 *   <li>Owns: the stream, every job inside it, the rescan queue.
 *   <li>Must not own: the clamds, the caches.
 *   <li>Hands to: the {@link FileScanner}; behind the answer to {@link AfterAnswer}.
 *   <li>Thread: the stream runs on a thread of its own.
 * </ul>
 */
public final class Scanning implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(Scanning.class);

  /** Descriptors for everything that is no request, besides two for each connection. */
  private static final int OWN_DESCRIPTORS = 64;

  private static final int LEAST_BACKGROUND = 64;

  /**
   * The parts of other stages that scans pass through.
   *
   * @param clean the cache of clean files
   * @param infected the cache of infected files
   * @param signatures the signatures that verdicts come from
   * @param files finds requests about the same file
   * @param closer closes the descriptors of events
   */
  public record Neighbours(
      CleanCache clean,
      InfectedFiles infected,
      SignatureSet signatures,
      FileInspector files,
      DescriptorCloser closer) {}

  /**
   * The state of the clamds, as the scheduler and the rescans ask for it.
   *
   * @param isUnresponsive whether no clamd answers even a command without a scan
   * @param isUp whether a clamd takes scans
   * @param connections the number of concurrent scans, which may change
   */
  public record ClamdState(
      BooleanSupplier isUnresponsive, BooleanSupplier isUp, IntSupplier connections) {}

  private final StartConfig start;
  private final StageContext context;
  private final Neighbours neighbours;
  private final ClamdState clamd;
  private final RescanQueue rescans;
  private final PrefetchCounts prefetchCounts = new PrefetchCounts();
  private final UnscannedRecorder recorder;
  private final JobContext jobs;
  private final Optional<Prefetcher> prefetcher;
  private volatile PrefetchConfig config;
  private volatile boolean isDraining;
  private Optional<Running> running = Optional.empty();

  /** The parts that exist while the stream runs. */
  private record Running(ScanStream stream, BackgroundQueue background, OnDemandScanner onDemand) {}

  private Scanning(
      StartConfig start,
      PrefetchConfig config,
      StageContext context,
      Neighbours neighbours,
      ClamdState clamd) {
    this.start = start;
    this.config = config;
    this.context = context;
    this.neighbours = neighbours;
    this.clamd = clamd;
    this.rescans = new RescanQueue(start.rescanQueue());
    this.recorder = new UnscannedRecorder(rescans, Clock.systemUTC(), context.nanoClock());
    this.jobs = new JobContext(context.group(), context.counts(), recorder, neighbours.closer());
    this.prefetcher = prefetcher();
  }

  /** Opens the stage, which scans nothing yet. */
  public static Scanning open(
      EngineConfig config, StageContext context, Neighbours neighbours, ClamdState clamd) {
    return new Scanning(config.start(), config.prefetch(), context, neighbours, clamd);
  }

  /**
   * Starts the stream and the scans that no opener waits for.
   *
   * @param scanner the clamds
   * @param kernelCache receives clean files
   * @param afterAnswer receives each job behind its answer
   * @param protectedPaths the paths that a scan on demand goes through
   * @param mountsBelow the local mount points below a path
   */
  public void start(
      StageActors actors,
      FileScanner scanner,
      CleanFileSink kernelCache,
      AfterAnswer afterAnswer,
      Supplier<List<String>> protectedPaths,
      Function<String, List<String>> mountsBelow) {
    ScanStream stream =
        ScanStream.start(
            actors.system(),
            new ScanStream.Setup(
                limits(),
                clamd.isUnresponsive(),
                context.nanoClock(),
                jobs,
                neighbours.files(),
                neighbours.signatures()),
            executor(scanner, kernelCache, afterAnswer));
    actors.endWith(stream.ended(), "the scan stream");
    running =
        Optional.of(
            new Running(
                stream,
                new BackgroundQueue(stream, jobs, context.policy(), context.nanoClock()),
                onDemand(stream, protectedPaths, mountsBelow)));
    prefetcher.ifPresent(starting -> starting.start(stream, stream::isIdle));
    actors.spawn(
        DropWarnings.create(context.counts().background()::dropped), "background-drop-warnings");
    actors.spawn(
        Rescanner.create(
            new Rescanner.Setup(rescans, jobs, stream, this::mayRescan, context.nanoClock())),
        "rescanner");
  }

  private ScanExecutor executor(
      FileScanner scanner, CleanFileSink kernelCache, AfterAnswer afterAnswer) {
    return new ScanExecutor(
        new ScanExecutor.Steps(
            prefetcher.<PrefetchHint>map(present -> present).orElse(PrefetchHint.NONE),
            neighbours.clean(),
            neighbours.infected(),
            neighbours.signatures(),
            scanner,
            kernelCache,
            afterAnswer),
        context.nanoClock());
  }

  private Optional<Prefetcher> prefetcher() {
    if (!context.isPreventing()) {
      return Optional.empty(); // no opener waits for a verdict
    }
    return Optional.of(
        new Prefetcher(
            new Prefetcher.Setup(
                () -> config.isEnabled() && !isDraining,
                FileScope.of(context.policy()),
                context.ownMounts(),
                neighbours.clean(),
                neighbours.infected(),
                jobs,
                context.descriptors()::hasRoomFor,
                prefetchCounts,
                context.nanoClock())));
  }

  private OnDemandScanner onDemand(
      ScanStream stream,
      Supplier<List<String>> protectedPaths,
      Function<String, List<String>> mountsBelow) {
    return OnDemandScanner.start(
        new OnDemandScanner.Setup(
            FileScope.of(context.policy()),
            context.ownMounts(),
            neighbours.clean(),
            neighbours.infected(),
            protectedPaths,
            mountsBelow,
            jobs,
            stream,
            stream::isIdle,
            context.descriptors()::hasRoomFor,
            () -> config.idleScan() && !isDraining,
            context.nanoClock()));
  }

  private ScanStream.Limits limits() {
    // The readers keep the rest of these bounds by the descriptors that are really open.
    long limit = context.descriptors().limit();
    long room =
        limit - DescriptorBudget.RESERVED - OWN_DESCRIPTORS - 2L * clamd.connections().getAsInt();
    int wanted = start.queue();
    // The queue in front of the scheduler takes as many requests as the scheduler.
    int capacity = (int) Math.max(1, Math.min(wanted, room * 2 / 5));
    if (capacity < wanted) {
      LOG.info(
          "only {} opens may wait at the same time, not nacre.queue = {}: the limit of open files"
              + " is {}; raise it with LimitNOFILE= or ulimit -n",
          capacity,
          wanted,
          limit);
    }
    long background = Math.min(Math.max(LEAST_BACKGROUND, capacity / 4), room / 5);
    return new ScanStream.Limits(capacity, (int) Math.max(1, background), clamd.connections());
  }

  private boolean mayRescan() {
    return clamd.isUp().getAsBoolean() && !isDraining;
  }

  /** Begins no more scans of its own; requests and written files are still scanned. */
  public void drain() {
    isDraining = true;
    running().onDemand().close();
  }

  /** Returns whether nothing is waiting or scanned any more. */
  public boolean isEmpty() {
    return running.isEmpty() || running().stream().isEmpty();
  }

  /** Prepares the change to {@code next}. */
  public StageChange prepare(PrefetchConfig next) {
    return () -> {
      config = next;
      return CompletableFuture.completedFuture(null);
    };
  }

  /** Returns the recorder of jobs that are closed without a scan. */
  public UnscannedRecorder recorder() {
    return recorder;
  }

  /** Returns the prefetcher, if openers wait for verdicts. */
  public Optional<Prefetcher> prefetch() {
    return prefetcher;
  }

  /** Returns what all jobs have in common. */
  public JobContext jobs() {
    return jobs;
  }

  /** Returns the sink of requests, once the stage is started. */
  public RequestSink requests() {
    return running().stream();
  }

  /** Returns the sink of files that no opener waits for, once the stage is started. */
  public BackgroundSink background() {
    return running().background();
  }

  /** Returns the sink of files that raised no event, once the stage is started. */
  public NewFileSink newFiles() {
    return running().background();
  }

  /** Returns the sink of opens, which the prefetch learns from. */
  public OpenSink opens() {
    return prefetcher.<OpenSink>map(present -> present).orElse(OpenSink.NONE);
  }

  /**
   * Returns the sink of requests that were denied by a cached verdict, once the stage is started.
   *
   * @param unreported counts the denials that are not reported
   */
  public DeniedRequestSink cachedDenials(Runnable unreported) {
    return new CachedDenials(running().stream(), unreported, context.nanoClock());
  }

  /** Returns the scans on demand, once the stage is started. */
  public OnDemandScanner onDemand() {
    return running().onDemand();
  }

  /** Returns how full the stream is. */
  public QueueGauges.Counts gauges() {
    return running.map(now -> now.stream().gauges()).orElse(QueueGauges.Counts.EMPTY);
  }

  /** Returns the files that were allowed unscanned and are still to be scanned. */
  public RescanQueue rescans() {
    return rescans;
  }

  /** Returns the counts of the prefetch. */
  public PrefetchCounts prefetchCounts() {
    return prefetchCounts;
  }

  private Running running() {
    return running.orElseThrow(() -> new IllegalStateException("not started"));
  }

  @Override
  public void close() {
    rescans.close();
    prefetcher.ifPresent(Prefetcher::close);
    running.ifPresent(now -> now.onDemand().close());
  }
}
