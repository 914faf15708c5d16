package io.nacre.engine;

import static java.util.stream.Collectors.toMap;

import com.typesafe.config.ConfigFactory;
import io.nacre.engine.ahead.AheadCounts;
import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.clamd.ClamdPool;
import io.nacre.engine.clamd.EmbeddedClamd;
import io.nacre.engine.clamd.SignatureWatch;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.detection.Detections;
import io.nacre.engine.detection.FileAction;
import io.nacre.engine.detection.HeldFiles;
import io.nacre.engine.detection.Reporter;
import io.nacre.engine.intake.DescriptorBudget;
import io.nacre.engine.intake.TriageRules;
import io.nacre.engine.journal.Journal;
import io.nacre.engine.journal.Recorder;
import io.nacre.engine.ops.ControlServer;
import io.nacre.engine.policy.Exemptions;
import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.ProgramSet;
import io.nacre.engine.policy.Scanners;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.DescriptorCloser;
import io.nacre.engine.request.PatientCloser;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.scan.Occupancy;
import io.nacre.engine.scan.ScanStream;
import io.nacre.engine.watch.Coverage;
import io.nacre.engine.watch.Marks;
import io.nacre.engine.watch.OutsidePaths;
import io.nacre.engine.watch.PlaceWatch;
import io.nacre.engine.watch.Strategies;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.WriterProbe;
import io.nacre.linux.process.DeadMansTimer;
import io.nacre.linux.process.OpenFileLimit;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gate: opens what the stages need, starts them, and stops them so that nobody is left
 * waiting.
 */
public final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  /** Descriptors for everything that is no request, besides two for each connection. */
  private static final int OWN_DESCRIPTORS = 64;

  private static final int LEAST_BACKGROUND = 64;

  private static final Duration READY_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration FIRST_WORD = Duration.ofSeconds(2);
  private static final Duration STOP_TIMEOUT = Duration.ofMillis(1200);

  private final EngineParts parts;
  private final ActorSystem<Guardian.Command> system;
  private Optional<SnapshotKeeper> snapshot = Optional.empty();

  private Engine(EngineParts parts, ActorSystem<Guardian.Command> system) {
    this.parts = parts;
    this.system = system;
  }

  /** Starts an engine and returns when every path is protected or reported. */
  public static Engine start(EngineConfig asked, Surroundings surroundings)
      throws EngineStartException {
    try {
      EngineConfig config = Kernel.asFarAsPossible(asked);
      boolean prevention = config.prevention() == EngineConfig.Prevention.ENFORCE;
      Engine engine =
          create(
              config, Kernel.openGroup(prevention, config.protect().get(0).path()), surroundings);
      try {
        engine.protect(config);
        return engine;
      } catch (EngineStartException e) {
        engine.stop();
        throw e;
      }
    } catch (IOException e) {
      throw new EngineStartException(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()), e);
    }
  }

  /** Creates an engine around {@code group} that neither reads nor marks yet. */
  static Engine create(EngineConfig config, FanotifyGroup group, Surroundings surroundings)
      throws EngineStartException, IOException {
    EngineParts parts = open(config, group, surroundings);
    ActorSystem<Guardian.Command> system =
        ActorSystem.create(
            Guardian.create(parts),
            "nacre",
            ConfigFactory.parseResources(Engine.class, "pekko.conf")
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    CompletionStage<Boolean> unused =
        system.getWhenTerminated().thenApply(done -> parts.failed().complete("the engine ended"));
    return new Engine(parts, system);
  }

  /** Starts to read, tries the whole way of an event, and places the marks. */
  private void protect(EngineConfig config) throws EngineStartException {
    awaitClamd(config.clamd().startTimeout());
    system.tell(Guardian.Read.INSTANCE);
    Rehearsal.of(
        new Marks(
            parts.places().marks().group(),
            TriggerMask.of(config.prevention(), Rehearsal.TRIGGERS)),
        parts.requests().counts(),
        config.maxFileSizeBytes());
    system.tell(Guardian.Protect.INSTANCE);
    awaitReady();
    snapshot = // only now, since a new mark has everything forgotten
        config
            .cache()
            .snapshot()
            .map(path -> SnapshotKeeper.start(path, parts.memory(), parts.clamds()));
  }

  /** Reads and marks without asking whether clamd is there. */
  void protectAsItIs() throws EngineStartException {
    system.tell(Guardian.Read.INSTANCE);
    system.tell(Guardian.Protect.INSTANCE);
    awaitReady();
  }

  /** Returns the status, as values that JSON can hold. */
  public Map<String, Object> status() {
    return parts.status().status();
  }

  /** Forgets every verdict, so that everything is scanned again when it is opened. */
  public void flush() {
    long unused = parts.memory().signatures().forget("SIGUSR1");
  }

  /** Returns what is protected. */
  public List<Coverage.Entry> coverage() {
    return parts.places().coverage().entries();
  }

  /** Returns true if the signatures know nothing but the EICAR test file. */
  public boolean hasTestSignaturesOnly() {
    return parts.embedded().filter(EmbeddedClamd::isTestDatabase).isPresent();
  }

  /** Returns what completes, with a reason, when the engine cannot go on. */
  public CompletableFuture<String> failed() {
    return parts.failed();
  }

  /**
   * Stops: everybody who waits is answered, the marks go, our clamd ends. Takes less than two
   * seconds; whoever still waited then is let through by the kernel.
   */
  public void stop() {
    snapshot.ifPresent(SnapshotKeeper::close);
    parts.stop().signal();
    parts.journal().close();
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("not everything stopped in time: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Last, because a stage that still answered could otherwise write to a number used again.
    parts.places().marks().group().close();
    parts.places().outside().close();
    parts.memory().writers().ifPresent(WriterProbe::close);
    parts.deadMan().close();
    parts.reporter().close();
  }

  private void awaitClamd(Duration timeout) throws EngineStartException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    long firstWordNanos = System.nanoTime() + FIRST_WORD.toNanos();
    while (parts.clamds().best().state() == ClamdHealth.State.UNKNOWN
        && firstWordNanos - System.nanoTime() > 0) {
      pauseArmed(); // so that clamd is known as the scanner before anything is marked
    }
    while (parts.clamds().best().state() == ClamdHealth.State.STARTING) {
      if (deadlineNanos - System.nanoTime() < 0) {
        throw new EngineStartException(
            ExitCode.UNAVAILABLE,
            "clamd did not load its signatures within "
                + timeout.toSeconds()
                + " s; see "
                + parts.embedded().map(clamd -> clamd.log().toString()).orElse("its log")
                + ", or raise nacre.clamd.start-timeout");
      }
      pauseArmed();
    }
  }

  private void awaitReady() throws EngineStartException {
    try {
      CompletableFuture.anyOf(parts.ready(), parts.failed())
          .get(READY_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new EngineStartException(ExitCode.FAILED, "the marks could not be placed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (parts.failed().isDone()) {
      throw new EngineStartException(ExitCode.FAILED, parts.failed().join() + " while starting");
    }
  }

  /** Nobody reads yet, so nobody else re-arms the timer; and nothing is marked yet. */
  private void pauseArmed() throws EngineStartException {
    try {
      parts.deadMan().rearm();
    } catch (ErrnoException e) {
      throw new EngineStartException(ExitCode.FAILED, e.getMessage(), e);
    }
    pause();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static EngineParts open(
      EngineConfig config, FanotifyGroup group, Surroundings surroundings)
      throws EngineStartException, IOException {
    LongSupplier nanoClock = surroundings.nanoClock();
    boolean prevention = config.prevention() == EngineConfig.Prevention.ENFORCE;
    FileAction action = QuarantineAction.of(config);
    PathRules rules = rules(config);
    // Without prevention nobody is held up, so no program needs to be spared.
    ProgramSet programs = prevention ? new ProgramSet(config.exempt().programs()) : ProgramSet.NONE;
    Exemptions exemptions = new Exemptions(Users.exemptions(config.exempt()).uids(), programs);
    long descriptors = OpenFileLimit.raise();
    WakeUp stop = WakeUp.open();
    // The socket after clamd was chosen, since that leaves nothing behind that the next start
    // keeps.
    ClamdChoice clamd = ClamdChoice.of(config.clamd(), stop);
    Optional<UnixSocket> control = listen(config.controlSocket());
    AnswerCounts counts = new AnswerCounts();
    Coverage coverage = new Coverage();
    CompletableFuture<Supplier<Occupancy.Counts>> occupancy = new CompletableFuture<>();
    Scanners scanners = new Scanners();
    OwnMounts ownMounts = new OwnMounts();
    Journal journal = new Journal(config.journal());
    DescriptorBudget budget = new DescriptorBudget(descriptors);
    Marks marks = new Marks(group, TriggerMask.of(config.prevention(), config.triggers()));
    Memory memory =
        Memory.open(config, clamd.clamds().readDescriptors(), marks, budget, stop, nanoClock);
    AheadCounts aheadCounts = new AheadCounts();
    DescriptorCloser closer = new PatientCloser(memory.mountTypes());
    HeldFiles found = new HeldFiles(budget::hasRoomFor, closer);
    Reporter reporter = Reporting.start(config, action, found, surroundings.listener());
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
        limits(config.queue(), clamd.clamds().connections(), descriptors),
        memory,
        journal,
        config.ahead(),
        aheadCounts,
        config.controlSocket(),
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
            config.prevention().name().toLowerCase(Locale.ROOT),
            config.detection(),
            occupancy,
            nanoClock),
        new PlaceWatch.Setup(
            strategies(config),
            config.crossMounts(),
            marks,
            rules,
            OutsidePaths.open(),
            memory.whole(),
            ownMounts,
            coverage,
            stop,
            nanoClock),
        new TriageRules(
            ProcFs.self(),
            scanners,
            exemptions,
            rules,
            ownMounts,
            memory.clean(),
            config.maxFileSizeBytes()),
        new PermissionRequest.Context(
            group,
            config.fallback(),
            counts,
            new Recorder(journal, Clock.systemUTC(), nanoClock),
            closer),
        DeadMansTimer.start(config.deadMan()),
        config.deadMan(),
        budget,
        surroundings.service(),
        config.deadline(),
        stop,
        nanoClock,
        new CompletableFuture<>(),
        new CompletableFuture<>(),
        occupancy);
  }

  private static PathRules rules(EngineConfig config) {
    return new PathRules(
        config.protect().stream()
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
        config.strategy(),
        config.protect().stream()
            .collect(
                toMap(
                    path -> path.path().toString(),
                    EngineConfig.ProtectConfig::strategy,
                    (first, second) -> first)));
  }

  private static Optional<UnixSocket> listen(Optional<Path> path) throws IOException {
    return path.isEmpty() ? Optional.empty() : Optional.of(ControlServer.listen(path.get()));
  }

  private static ScanStream.Limits limits(int wanted, int connections, long descriptors) {
    // What is left of these bounds is kept by the readers, by what is really open.
    long room = descriptors - DescriptorBudget.KEPT_FREE - OWN_DESCRIPTORS - 2L * connections;
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
