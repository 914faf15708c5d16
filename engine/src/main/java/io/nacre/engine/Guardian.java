package io.nacre.engine;

import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.clamd.ClamdPool;
import io.nacre.engine.clamd.ClamdSupervisor;
import io.nacre.engine.control.ControlCommands;
import io.nacre.engine.control.ControlServer;
import io.nacre.engine.explain.Explain;
import io.nacre.engine.intake.FanotifyReader;
import io.nacre.engine.intake.ReaderLease;
import io.nacre.engine.intake.ReaderSinks;
import io.nacre.engine.kernelcache.KernelCacheActor;
import io.nacre.engine.ops.Watchdog;
import io.nacre.engine.request.CleanFileSink;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.request.OpenSink;
import io.nacre.engine.scan.BackgroundQueue;
import io.nacre.engine.scan.CachedDenials;
import io.nacre.engine.scan.DropWarnings;
import io.nacre.engine.scan.PrefetchHint;
import io.nacre.engine.scan.ScanExecutor;
import io.nacre.engine.scan.ScanStream;
import io.nacre.engine.scan.ondemand.OnDemandScanner;
import io.nacre.engine.scan.prefetch.Prefetcher;
import io.nacre.engine.scan.rescan.Rescanner;
import io.nacre.engine.selfcheck.SelfCheck;
import io.nacre.engine.watch.PlaceWatch;
import io.nacre.linux.ErrnoException;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The parent of every actor: starts the stages from the end to the beginning, so that each finds
 * the next one running, and places the marks last.
 *
 * <p>A stage that ends by itself ends the engine: a gate that is half alive is worse than none.
 */
final class Guardian extends AbstractBehavior<Guardian.Command> {

  /** What the guardian can be told. */
  sealed interface Command {}

  /** Read events. */
  enum Read implements Command {
    INSTANCE
  }

  /** Place the marks; events are read. */
  enum Protect implements Command {
    INSTANCE
  }

  private enum Protected implements Command {
    INSTANCE
  }

  private record StageEnded(String stage) implements Command {}

  private static final DispatcherSelector OWN_THREAD =
      DispatcherSelector.fromConfig("nacre.pinned-dispatcher");

  private final EngineParts parts;
  private final ScanStream stream;

  private final Optional<Prefetcher> ahead;
  private final OnDemandScanner sweeper;

  private final CleanFileSink kernelCache;

  /** For the readers, and for the watch, which finds files that raised no event. */
  private final BackgroundQueue background;

  static Behavior<Command> create(EngineParts parts) {
    return Behaviors.setup(context -> new Guardian(context, parts));
  }

  private Guardian(ActorContext<Command> context, EngineParts parts) throws ErrnoException {
    super(context);
    this.parts = parts;
    parts
        .embedded()
        .ifPresent(
            clamd ->
                context.watch(
                    context.spawn(
                        ClamdSupervisor.create(clamd, parts.scanners()),
                        "clamd-keeper",
                        OWN_THREAD)));
    ClamdPool pool =
        ClamdPool.start(
            context,
            parts.scanning(),
            parts.clamds().endpoints(),
            parts.scanners(),
            parts.memory().signatures(),
            parts.stop(),
            parts.nanoClock());
    parts
        .memory()
        .kernelCache()
        .ifPresent(
            cache ->
                context.watch(
                    context.spawn(KernelCacheActor.create(cache), "mark-keeper", OWN_THREAD)));
    this.ahead = parts.scanAhead();
    this.kernelCache =
        parts.memory().kernelCache().<CleanFileSink>map(cache -> cache).orElse(CleanFileSink.NONE);
    this.stream =
        ScanStream.start(
            context.getSystem(),
            new ScanStream.Setup(
                parts.limits(),
                parts.clamds()::areUnresponsive,
                parts.nanoClock(),
                parts.jobs(),
                parts.memory().look(),
                parts.memory().signatures()),
            executor(pool));
    this.background = new BackgroundQueue(stream, parts.jobs(), parts.policy(), parts.nanoClock());
    parts.occupancy().complete(stream::gauges);
    ahead.ifPresent(started -> started.start(stream, stream::isIdle));
    this.sweeper = OnDemandScanner.start(parts.sweeper(stream));
    context.pipeToSelf(stream.ended(), (done, failure) -> new StageEnded("the stream"));
    context.watch(
        context.spawn(
            DropWarnings.create(parts.jobs().counts().background()::dropped), "drop-warnings"));
    context.watch(
        context.spawn(
            Rescanner.create(
                new Rescanner.Setup(
                    parts.journal(),
                    parts.jobs(),
                    stream,
                    () -> parts.clamds().best().state() == ClamdHealth.State.UP,
                    parts.nanoClock())),
            "rescanner"));
    parts
        .controlSocket()
        .ifPresent(
            socket ->
                context.watch(
                    context.spawn(
                        ControlServer.create(
                            parts.controlPath().orElseThrow(),
                            socket,
                            ControlCommands.of(
                                parts.status(),
                                new SelfCheck(parts.selfCheck()),
                                new Explain(parts.explained()),
                                parts.memory().signatures()::invalidateAll,
                                sweeper),
                            parts.stop(),
                            parts.nanoClock()),
                        "control",
                        OWN_THREAD)));
  }

  private ScanExecutor executor(ClamdPool pool) {
    return new ScanExecutor(
        new ScanExecutor.Steps(
            ahead.<PrefetchHint>map(prefetcher -> prefetcher).orElse(PrefetchHint.NONE),
            parts.memory().clean(),
            parts.memory().infected(),
            parts.memory().signatures(),
            pool,
            kernelCache,
            parts.detections()),
        parts.nanoClock());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Read.class, read -> onRead())
        .onMessage(Protect.class, protect -> onProtect())
        .onMessage(Protected.class, done -> onProtected())
        .onMessage(StageEnded.class, ended -> onEnded(ended.stage()))
        .onSignal(PostStop.class, stopped -> onPostStop())
        .onSignal(Terminated.class, ended -> onEnded(ended.getRef().path().name()))
        .build();
  }

  private Behavior<Command> onRead() {
    ReaderLease watch = new ReaderLease(parts.nanoClock().getAsLong());
    getContext()
        .watch(getContext().spawn(Watchdog.create(parts.watchdog(watch)), "watchdog", OWN_THREAD));
    CachedDenials denials =
        new CachedDenials(stream, parts.reporter()::addDropped, parts.nanoClock());
    ReaderSinks sinks =
        new ReaderSinks(
            stream,
            background,
            denials,
            parts.places().outside(),
            kernelCache,
            ahead.<OpenSink>map(prefetcher -> prefetcher).orElse(OpenSink.NONE));
    FanotifyReader.Setup setup = parts.reader(sinks, watch);
    for (int i = 1; i <= FanotifyReader.READERS; i++) {
      getContext()
          .watch(getContext().spawn(FanotifyReader.create(setup), "reader-" + i, OWN_THREAD));
    }
    return this;
  }

  private Behavior<Command> onProtect() {
    NewFileSink newFiles = parts.scansWhatIsWritten() ? background : NewFileSink.NONE;
    ActorRef<PlaceWatch.Ready> ready =
        getContext().messageAdapter(PlaceWatch.Ready.class, done -> Protected.INSTANCE);
    getContext()
        .watch(
            getContext()
                .spawn(
                    PlaceWatch.create(parts.places(), newFiles, ready), "place-watch", OWN_THREAD));
    return this;
  }

  private Behavior<Command> onProtected() {
    parts.ready().complete(true);
    return this;
  }

  private Behavior<Command> onPostStop() {
    ahead.ifPresent(Prefetcher::close);
    sweeper.close();
    return this;
  }

  private Behavior<Command> onEnded(String stage) {
    parts.failed().complete(stage + " ended");
    return this;
  }
}
