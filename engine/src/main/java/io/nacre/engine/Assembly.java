package io.nacre.engine;

import static java.util.stream.Collectors.toMap;

import io.nacre.engine.action.QuarantineAction;
import io.nacre.engine.caching.VerdictCaches;
import io.nacre.engine.clamd.ClamdPool;
import io.nacre.engine.clamd.ClamdSelection;
import io.nacre.engine.clamd.SignatureWatch;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.config.ProtectConfig;
import io.nacre.engine.config.WatchConfig;
import io.nacre.engine.context.DescriptorBudget;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.control.ControlServer;
import io.nacre.engine.detection.Detections;
import io.nacre.engine.detection.FileAction;
import io.nacre.engine.detection.Reporter;
import io.nacre.engine.detection.RetainedFiles;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.sink.DetectionSinks;
import io.nacre.engine.intake.TriageState;
import io.nacre.engine.intake.TriggerMask;
import io.nacre.engine.policy.Exemptions;
import io.nacre.engine.policy.LivePolicy;
import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Policy;
import io.nacre.engine.policy.ProgramSet;
import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.AsyncCloser;
import io.nacre.engine.request.DescriptorCloser;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.scan.QueueGauges;
import io.nacre.engine.scan.ScanStream;
import io.nacre.engine.scan.prefetch.PrefetchCounts;
import io.nacre.engine.scan.rescan.RescanQueue;
import io.nacre.engine.scan.rescan.UnscannedRecorder;
import io.nacre.engine.startup.ExemptUsers;
import io.nacre.engine.watch.PlaceWatch;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.filesystem.OutsidePaths;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.place.Strategies;
import io.nacre.linux.WakeUp;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.process.DeadMansTimer;
import io.nacre.linux.process.OpenFileLimit;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts of an engine together, as a configuration says. */
final class Assembly {
  private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);

  /** Descriptors for everything that is no request, besides two for each connection. */
  private static final int OWN_DESCRIPTORS = 64;

  private static final int LEAST_BACKGROUND = 64;
  private static final long FIRST_GENERATION = 1;

  private Assembly() {}

  /**
   * Makes and opens what an engine around {@code group} consists of; nothing of it does anything
   * yet.
   */
  static EngineParts of(EngineConfig config, FanotifyGroup group, EngineContext surroundings)
      throws EngineStartException, IOException {
    LongSupplier nanoClock = surroundings.nanoClock();
    boolean prevention = config.watch().prevention() == WatchConfig.Prevention.ENFORCE;
    FileAction action = action(config);
    PathRules rules = rules(config);
    // Without prevention nobody is held up, so no program needs to be spared.
    ProgramSet programs =
        prevention ? new ProgramSet(config.policy().exempt().programs()) : ProgramSet.NONE;
    Exemptions exemptions =
        new Exemptions(ExemptUsers.resolve(config.policy().exempt()).uids(), programs);
    long descriptors = OpenFileLimit.raise();
    WakeUp stop = WakeUp.open();
    // The socket after clamd was chosen, since that leaves nothing behind that the next start
    // keeps.
    ClamdSelection clamd = ClamdSelection.of(config.clamd(), stop);
    Optional<UnixSocket> control = listen(config.start().controlSocket());
    AnswerCounts counts = new AnswerCounts();
    Coverage coverage = new Coverage();
    CompletableFuture<Supplier<QueueGauges.Counts>> occupancy = new CompletableFuture<>();
    ScannerProcesses scanners = new ScannerProcesses();
    OwnMounts ownMounts = new OwnMounts();
    RescanQueue journal = new RescanQueue(config.start().rescanQueue());
    DescriptorBudget budget = new DescriptorBudget(descriptors);
    Marks marks =
        new Marks(group, TriggerMask.of(config.watch().prevention(), config.watch().triggers()));
    VerdictCaches memory = VerdictCaches.open(config, marks, budget, stop, nanoClock);
    PrefetchCounts aheadCounts = new PrefetchCounts();
    DescriptorCloser closer = new AsyncCloser(memory.mountTypes());
    RetainedFiles found = new RetainedFiles(budget::hasRoomFor, closer);
    Reporter reporter =
        new Reporter(
            action,
            config.policy().maxFileSizeBytes(),
            found,
            sinks(config.detection(), surroundings.listener()));
    Detections detections = new Detections(Clock.systemUTC(), nanoClock, found, reporter);
    return new EngineParts(
        new ClamdPool.Settings(
            config.clamd().connectTimeout(),
            config.clamd().scanTimeout(),
            config.clamd().retries(),
            config.clamd().hedgeAfter(),
            new SignatureWatch.Database(
                config.clamd().database(), config.clamd().hasOfficialSignatures())),
        clamd.clamds(),
        clamd.embedded(),
        scanners,
        detections,
        reporter,
        limits(config.start().queue(), clamd.clamds().connections(), descriptors),
        memory,
        journal,
        config.prefetch(),
        aheadCounts,
        config.start().controlSocket(),
        control,
        new EngineStatus(
            coverage,
            counts,
            memory,
            journal,
            aheadCounts,
            detections,
            reporter,
            clamd.clamds(),
            config.watch().prevention().name().toLowerCase(Locale.ROOT),
            config.detection(),
            occupancy,
            nanoClock),
        new PlaceWatch.Setup(
            strategies(config),
            config.watch().crossMounts(),
            marks,
            rules,
            OutsidePaths.open(),
            memory.whole(),
            ownMounts,
            coverage,
            stop,
            nanoClock),
        new TriageState(ProcFs.self(), scanners, ownMounts, memory.clean(), memory.infected()),
        new LivePolicy(
            new Policy(
                FIRST_GENERATION,
                exemptions,
                rules,
                config.policy().maxFileSizeBytes(),
                config.policy().deadline(),
                config.policy().fallback())),
        new JobContext(
            group, counts, new UnscannedRecorder(journal, Clock.systemUTC(), nanoClock), closer),
        DeadMansTimer.start(config.start().deadMan()),
        config.start().deadMan(),
        budget,
        surroundings.service(),
        config.policy().deadline(),
        stop,
        nanoClock,
        new CompletableFuture<>(),
        new CompletableFuture<>(),
        occupancy);
  }

  private static FileAction action(EngineConfig config) throws EngineStartException {
    try {
      return QuarantineAction.of(
          config.detection(),
          config.watch().protect().stream().map(ProtectConfig::path).toList(),
          config.policy().maxFileSizeBytes());
    } catch (ConfigurationException e) {
      throw refused(e);
    }
  }

  private static DetectionSinks sinks(DetectionConfig config, Consumer<DetectionRecord> listener)
      throws EngineStartException {
    try {
      return DetectionSinks.open(config, listener);
    } catch (ConfigurationException e) {
      throw refused(e);
    }
  }

  private static EngineStartException refused(ConfigurationException e) {
    return new EngineStartException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
  }

  private static PathRules rules(EngineConfig config) {
    return new PathRules(
        config.watch().protect().stream()
            .map(
                path ->
                    new PathRules.Include(
                        path.path().toString(),
                        path.exclude(),
                        path.excludeRegex(),
                        path.recursive()))
            .toList());
  }

  private static Strategies strategies(EngineConfig config) {
    return new Strategies(
        config.watch().strategy(),
        config.watch().protect().stream()
            .collect(
                toMap(
                    path -> path.path().toString(),
                    ProtectConfig::strategy,
                    (first, second) -> first)));
  }

  private static Optional<UnixSocket> listen(Optional<Path> path) throws IOException {
    return path.isEmpty() ? Optional.empty() : Optional.of(ControlServer.listen(path.get()));
  }

  private static ScanStream.Limits limits(int wanted, int connections, long descriptors) {
    // What is left of these bounds is kept by the readers, by what is really open.
    long room = descriptors - DescriptorBudget.RESERVED - OWN_DESCRIPTORS - 2L * connections;
    // As many may be in the queue in front of the room as in the room itself.
    int capacity = (int) Math.max(1, Math.min(wanted, room * 2 / 5));
    if (capacity < wanted) {
      LOG.info(
          "only {} opens may wait at the same time, not nacre.queue = {}: the limit of open files"
              + " is {}; raise it with LimitNOFILE= or ulimit -n",
          capacity,
          wanted,
          descriptors);
    }
    long background = Math.min(Math.max(LEAST_BACKGROUND, capacity / 4), room / 5);
    return new ScanStream.Limits(capacity, (int) Math.max(1, background), connections);
  }
}
