package io.nacre.engine.clamd;

import io.nacre.engine.config.ClamdConfig;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.request.FileScanner;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Scheduler;
import scala.concurrent.ExecutionContext;

/**
 * All clamds: each scan goes to the clamd with the lowest load, and to another one if that fails.
 *
 * <ul>
 *   <li>Owns: the actors of each clamd, one monitor and its connections; each scan, from {@link
 *       #scan} to its verdict.
 *   <li>Must not own: the request and its descriptor, which stay the caller's.
 *   <li>Hands to: the {@link ScanAssigner}, which gives the scan to one {@link PoolMember}, and to
 *       a second one as well when the first gives no verdict in time.
 *   <li>Thread: any. The pool is no actor, so that the thread that brings a scan also sends it.
 * </ul>
 */
public final class ClamdPool implements FileScanner {

  /**
   * How scans are made.
   *
   * @param connectTimeout the longest wait for a connection
   * @param scanTimeout the longest wait for one verdict
   * @param retries how often a file is scanned again when the session breaks during the scan
   * @param hedgeAfter the time without a verdict after which a second clamd gets the scan as well
   * @param database where the signatures are
   */
  public record Settings(
      Duration connectTimeout,
      Duration scanTimeout,
      int retries,
      Optional<Duration> hedgeAfter,
      SignatureWatch.Database database) {

    /** Returns the settings of {@code config}. */
    static Settings of(ClamdConfig config) {
      return new Settings(
          config.connectTimeout(),
          config.scanTimeout(),
          config.retries(),
          config.hedgeAfter(),
          new SignatureWatch.Database(config.database(), config.hasOfficialSignatures()));
    }
  }

  private final LeastLoadAssigner assigner;
  private final Optional<Duration> hedgeAfter;
  private final Scheduler scheduler;
  private final ExecutionContext executor;
  private final LongSupplier nanoClock;
  private final List<ActorRef<?>> started;

  private ClamdPool(
      LeastLoadAssigner assigner,
      Optional<Duration> hedgeAfter,
      ActorSystem<?> system,
      LongSupplier nanoClock,
      List<ActorRef<?>> started) {
    this.assigner = assigner;
    this.started = List.copyOf(started);
    this.hedgeAfter = hedgeAfter;
    this.scheduler = system.scheduler();
    this.executor = system.executionContext();
    this.nanoClock = nanoClock;
  }

  /**
   * Starts the connections and the monitor of each clamd as children of {@code actors}, and watches
   * them: while the engine runs, only a bug ends one.
   *
   * @param name the prefix of the names of the actors
   * @param signatures is notified when a clamd may have other signatures than before
   * @param stop ends every wait on clamd, and then the actors, when it is signalled
   */
  public static ClamdPool start(
      StageActors actors,
      String name,
      Settings settings,
      List<ClamdEndpoint> endpoints,
      ScannerProcesses scanners,
      SignatureSet signatures,
      WakeUp stop,
      LongSupplier nanoClock)
      throws ErrnoException {
    ClamdConnection.Setup setup =
        new ClamdConnection.Setup(
            stop, settings.connectTimeout(), settings.scanTimeout(), nanoClock);
    LeastLoadAssigner assigner = LeastLoadAssigner.of(endpoints, settings.retries(), nanoClock);
    List<ActorRef<?>> started = new ArrayList<>();
    int number = 0;
    for (PoolMember member : assigner.members()) {
      number++;
      ActorRef<ClamdMonitor.Command> monitor =
          actors.spawnPinned(
              ClamdMonitor.create(member, scanners, settings.database(), signatures, stop),
              name + number + "-monitor");
      started.add(monitor);
      int connection = 0;
      for (Pipeline pipeline : member.pipelines()) {
        connection++;
        started.add(
            actors.spawnPinned(
                ClamdConnection.create(setup, member, pipeline, monitor),
                name + number + "-connection-" + connection));
      }
    }
    Optional<Duration> hedgeAfter = // by a second clamd, if there is one
        settings.hedgeAfter().filter(time -> endpoints.size() > 1);
    return new ClamdPool(assigner, hedgeAfter, actors.system(), nanoClock, started);
  }

  /** Hands every scan that no clamd of this pool has to {@code successor}, now and later. */
  void handTo(ClamdPool successor) {
    assigner.handTo(successor.assigner);
  }

  /** Returns whether no clamd of this pool has a scan. */
  boolean isIdle() {
    return assigner.isIdle();
  }

  /** Returns the actors of the pool, which end when its stop signal is given. */
  List<ActorRef<?>> started() {
    return started;
  }

  /**
   * The returned stage never fails: a connection that could not complete it would have ended, and
   * the engine with it.
   */
  @Override
  public CompletionStage<Verdict> scan(ScanJob job) {
    ClamdScan scan = new ClamdScan(job, nanoClock);
    assigner.assign(scan);
    if (hedgeAfter.isPresent()) {
      scheduler.scheduleOnce(hedgeAfter.get(), () -> assigner.assignElsewhere(scan), executor);
    }
    return scan.completion();
  }
}
