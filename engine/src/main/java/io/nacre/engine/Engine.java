package io.nacre.engine;

import com.typesafe.config.ConfigFactory;
import io.nacre.engine.caching.Caching;
import io.nacre.engine.caching.VerdictCaches;
import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.clamd.EmbeddedClamd;
import io.nacre.engine.clamd.Scanners;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.context.OpenedResources;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.control.ControlCommands;
import io.nacre.engine.detection.Detecting;
import io.nacre.engine.explain.Explain;
import io.nacre.engine.explain.ExplainContext;
import io.nacre.engine.handover.Restart;
import io.nacre.engine.intake.Intake;
import io.nacre.engine.intake.ReaderSinks;
import io.nacre.engine.intake.TriggerMask;
import io.nacre.engine.reload.ReloadOutcome;
import io.nacre.engine.reload.Reloader;
import io.nacre.engine.request.AsyncCloser;
import io.nacre.engine.request.DescriptorCloser;
import io.nacre.engine.scan.Scanning;
import io.nacre.engine.selfcheck.SelfCheck;
import io.nacre.engine.startup.KernelPrerequisites;
import io.nacre.engine.startup.StartupProbe;
import io.nacre.engine.startup.WarmUp;
import io.nacre.engine.watch.Watching;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.linux.fanotify.FanotifyGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running on-access malware gate. It opens its stages in order, and starts them from the last one
 * that an event reaches to the first. It closes them in the reverse order of opening.
 *
 * <ul>
 *   <li>Owns: the fanotify group, the stop signal, the actor system, the stages.
 *   <li>Must not own: any resource of a stage.
 *   <li>Hands to: each stage the interfaces of the stages that it calls.
 *   <li>Thread: the thread that runs the engine; {@link #status} and {@link #failed} are for any
 *       thread.
 * </ul>
 */
public final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private static final Duration READY_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration STOP_TIMEOUT = Duration.ofMillis(1200);

  private final RunningConfig config;
  private final EngineContext environment;
  private final StageContext context;
  private final OpenedResources opened;
  private final CompletableFuture<String> failed = new CompletableFuture<>();

  private final Operating operating;
  private final Caching caching;
  private final Detecting detecting;
  private final Scanners scanners;
  private final Scanning scanning;
  private final Watching watching;
  private final Intake intake;
  private final EngineStatus status;
  private final Reloader reloader;
  private final EngineHandOver handOver;

  private final ActorSystem<Guardian.Command> system;
  private final Guardian.Actors actors;

  /** Starts an engine and returns when every path is protected or reported. */
  public static Engine start(EngineConfig asked, EngineContext environment)
      throws EngineStartException {
    try {
      EngineConfig config = KernelPrerequisites.withSupportedPrevention(asked);
      Path first = config.watch().protect().get(0).path();
      FanotifyGroup group = KernelPrerequisites.openGroup(config.watch().isPreventing(), first);
      Engine engine = open(asked, config, group, environment);
      try {
        engine.startScanning();
        engine.protect();
        return engine;
      } catch (EngineStartException | IOException e) {
        engine.stop();
        throw e;
      }
    } catch (IOException e) {
      throw new EngineStartException(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Starts an engine around {@code group} without a clamd and without a startup probe.
   *
   * @param group the group, or a socket that stands in for the kernel
   */
  public static Engine startUnchecked(
      EngineConfig config, FanotifyGroup group, EngineContext environment)
      throws EngineStartException, IOException {
    Engine engine = open(config, config, group, environment);
    try {
      engine.startScanning();
      engine.startReading();
      engine.startWatching();
      return engine;
    } catch (EngineStartException | IOException e) {
      engine.stop();
      throw e;
    }
  }

  /** Opens an engine around {@code group}, of which nothing is started yet. */
  static Engine open(EngineConfig config, FanotifyGroup group, EngineContext environment)
      throws EngineStartException, IOException {
    return open(config, config, group, environment);
  }

  /**
   * Opens an engine.
   *
   * @param asked the configuration that was asked for
   * @param config what the kernel supports of it
   */
  private static Engine open(
      EngineConfig asked, EngineConfig config, FanotifyGroup group, EngineContext environment)
      throws EngineStartException, IOException {
    OpenedResources opened = new OpenedResources();
    try {
      return new Engine(new RunningConfig(asked, config), group, environment, opened);
    } catch (ConfigurationException e) {
      closeAll(group, opened);
      throw new EngineStartException(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), e);
    } catch (EngineStartException | IOException | RuntimeException e) {
      closeAll(group, opened);
      throw e;
    }
  }

  private static void closeAll(FanotifyGroup group, OpenedResources opened) {
    opened.close();
    group.close(); // closing it twice does no harm
  }

  private Engine(
      RunningConfig running, FanotifyGroup group, EngineContext environment, OpenedResources opened)
      throws EngineStartException, ConfigurationException, IOException {
    EngineConfig config = running.current();
    this.config = running;
    this.environment = environment;
    this.opened = opened;
    this.context = SharedResources.open(config, group, environment.nanoClock(), opened);
    this.operating = opened.add(Operating.open(config.start(), context));
    this.caching = opened.add(Caching.open(config.cache(), context));
    VerdictCaches caches = caching.caches();
    DescriptorCloser closer = new AsyncCloser(caches.mountTypes());
    this.detecting =
        opened.add(
            Detecting.open(DetectionActions.of(config, environment.listener()), context, closer));
    this.scanners = opened.add(Scanners.open(config.clamd(), context));
    this.scanning =
        opened.add(
            Scanning.open(
                config,
                context,
                new Scanning.Neighbours(
                    caches.clean(), caches.infected(), caches.signatures(), caches.look(), closer),
                new Scanning.ClamdState(
                    () -> scanners.clamds().areUnresponsive(),
                    () -> scanners.clamds().best().state() == ClamdHealth.State.UP,
                    () -> scanners.clamds().connections())));
    this.watching = opened.add(Watching.open(config.watch(), context, caches.whole()));
    this.intake = opened.add(Intake.open(context, caches.clean(), caches.infected()));
    WarmUp.run(caches, scanning.recorder(), scanning.prefetch(), detecting.reporter());
    this.reloader =
        new Reloader(environment.source(), running, environment.service(), Clock.systemUTC());
    opened.addResource(reloader::close);
    this.status =
        new EngineStatus(
            running::current,
            environment.handOver(),
            context,
            caching,
            detecting,
            scanners,
            scanning,
            watching,
            reloader::status);
    this.handOver =
        new EngineHandOver(
            new EngineHandOver.Stages(
                context, operating, caching, scanners, scanning, watching, intake),
            environment.service(),
            config.clamd().startTimeout(),
            failed);
    operating.bind(environment.handOver().isPresent());
    // The group is closed before the stages, and after the actors. Otherwise a stage that still
    // answers could write to a reused descriptor number.
    opened.addResource(group::close);
    Guardian.Children children = new Guardian.Children(this::fail);
    this.system =
        ActorSystem.create(
            Guardian.create(children),
            "nacre",
            ConfigFactory.parseResources(Engine.class, "pekko.conf")
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    this.actors = new Guardian.Actors(system, children);
    opened.addResource(this::stopActors);
    actors.endWith(system.getWhenTerminated(), "the engine");
    running.setStages(
        new EngineChange.Stages(
            context,
            actors,
            caching,
            detecting,
            scanners,
            scanning,
            watching,
            environment.listener()));
  }

  /** Starts the stages behind the reader threads, from the clamds to the control socket. */
  private void startScanning() throws IOException {
    VerdictCaches caches = caching.caches();
    scanners.start(actors, caches.signatures());
    caching.start(actors);
    scanning.start(
        actors,
        scanners,
        caching.caches().kernelCache(),
        detecting.detections(),
        () -> coverage().stream().map(Coverage.Entry::path).toList(),
        SharedResources::mountsBelow);
    Restart restart = new Restart(handOver, config.current().start().controlSocket());
    reloader.setSuccessor(restart);
    operating.startControl(
        actors,
        ControlCommands.of(
            status,
            new SelfCheck(
                new SelfCheck.Setup(
                    watching::checked, context.policy(), () -> scanners.clamds().best().state())),
            new Explain(
                new ExplainContext(
                    watching.marks(),
                    watching.coverage(),
                    caches,
                    intake.triage(),
                    context.policy(),
                    () -> scanners.clamds().best().state())),
            reloader,
            caches.signatures()::invalidateAll,
            scanning.onDemand(),
            restart));
  }

  /** Waits for clamd, starts the reader threads, runs the startup probe, and places the marks. */
  private void protect() throws EngineStartException, IOException {
    EngineConfig config = this.config.current();
    new ClamdReadiness(scanners, operating).await(config.clamd().startTimeout());
    startReading();
    StartupProbe.run(
        new Marks(
            context.group(), TriggerMask.of(config.watch().prevention(), StartupProbe.TRIGGERS)),
        context.counts(),
        config.policy().maxFileSizeBytes());
    if (environment.handOver().isPresent()) {
      environment.handOver().get().takeGroup(handOver);
    }
    startWatching();
    if (environment.handOver().isPresent()) {
      environment.handOver().get().takeOver(handOver);
    }
  }

  private void startReading() {
    operating.startWatchdog(
        actors, intake.lease(), environment.service(), status::summary, failed::complete);
    intake.start(
        actors,
        scanning.jobs(),
        new ReaderSinks(
            scanning.requests(),
            scanning.background(),
            scanning.cachedDenials(detecting.reporter()::addDropped),
            watching.outside(),
            caching.caches().kernelCache(),
            scanning.opens()));
  }

  private void startWatching() throws EngineStartException {
    CompletableFuture<Void> ready =
        watching.start(actors, scanning.newFiles()).toCompletableFuture();
    try {
      CompletableFuture.anyOf(ready, failed).get(READY_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new EngineStartException(ExitCode.FAILED, "the marks could not be placed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failed.isDone()) {
      throw new EngineStartException(ExitCode.FAILED, failed.join() + " while starting");
    }
  }

  /** Returns the status, as values that JSON can hold. */
  public Map<String, Object> status() {
    return status.status();
  }

  /** Voids every cached verdict, so that each file is scanned again when it is opened. */
  public void flush() {
    long unused = caching.caches().signatures().invalidateAll("SIGUSR1");
  }

  /** Has the configuration read again, and applied as far as it has changed. */
  public void requestReload() {
    CompletableFuture<ReloadOutcome> unused = reloader.request();
  }

  /** Returns the state of each protected path. */
  public List<Coverage.Entry> coverage() {
    return watching.coverage().entries();
  }

  /** Returns whether the signatures detect the EICAR test file alone. */
  public boolean hasTestSignaturesOnly() {
    return scanners.embedded().filter(EmbeddedClamd::isTestDatabase).isPresent();
  }

  /** Returns the future that completes, with the reason, when the engine cannot continue. */
  public CompletableFuture<String> failed() {
    return failed;
  }

  /** Returns the future that completes, with its process, when a successor has taken over. */
  public CompletableFuture<Long> handedOver() {
    return handOver.handedOver();
  }

  private void fail(String name) {
    failed.complete(name + " ended");
  }

  /**
   * Stops the engine: answers every waiting opener, removes the marks, and ends the embedded clamd.
   * Takes less than two seconds; the kernel allows every open that still waits then.
   */
  public void stop() {
    scanning.rescans().close();
    opened.close();
  }

  /** Ends every wait, and then the actors, which answer the requests that they own. */
  private void stopActors() {
    context.stops().signal();
    system.terminate();
    try {
      CompletionStage<?> terminated = system.getWhenTerminated();
      terminated.toCompletableFuture().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("not everything stopped in time: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
