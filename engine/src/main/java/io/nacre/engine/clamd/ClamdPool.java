package io.nacre.engine.clamd;

import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import scala.concurrent.ExecutionContext;

/**
 * All clamds: gives each scan to the one that has least to do, and to another one if that fails.
 *
 * <p>Choosing is a function and no actor: the thread that brings a scan sends it, so that it
 * crosses no thread on its way to clamd. What finds no room waits here, as little as there is:
 * whoever scans should not have more scans under way than the clamds have connections.
 */
public final class ClamdPool {

  /**
   * How scans are made.
   *
   * @param connectTimeout the longest wait for a connection
   * @param scanTimeout the longest wait for one verdict
   * @param retries how often a file is scanned again when the session breaks under it
   * @param hedgeAfter after how long without a verdict a second clamd is asked as well
   * @param database where the signatures are
   */
  public record Settings(
      Duration connectTimeout,
      Duration scanTimeout,
      int retries,
      Optional<Duration> hedgeAfter,
      SignatureWatch.Database database) {}

  private static final DispatcherSelector OWN_THREAD =
      DispatcherSelector.fromConfig("nacre.pinned-dispatcher");

  // How good a place a clamd is for a scan: the less the better.
  private static final int WELL = 0;
  private static final int QUIET = 1;
  private static final int FAILED = 2;
  private static final int NOT_AT_ALL = 4;

  private final Settings settings;
  private final Scheduler scheduler;
  private final ExecutionContext executor;
  private final LongSupplier nanoClock;
  private final List<PoolMember> members = new ArrayList<>();
  private final Map<PoolMember, ActorRef<ClamdMonitor.Command>> monitors =
      new ConcurrentHashMap<>();
  private final Queue<ClamdScan> waiting = new ConcurrentLinkedQueue<>();
  private volatile boolean isStopping;

  private ClamdPool(Settings settings, ActorSystem<?> system, LongSupplier nanoClock) {
    this.settings = settings;
    this.scheduler = system.scheduler();
    this.executor = system.executionContext();
    this.nanoClock = nanoClock;
  }

  /**
   * Starts the connections and the monitor of each clamd as children of {@code context}, and
   * watches them: none ends while the engine runs but by a bug.
   *
   * @param signatures is told when a clamd may have other ones than before
   * @param stop ends every wait on clamd when it is signalled
   */
  public static ClamdPool start(
      ActorContext<?> context,
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
    ClamdPool pool = new ClamdPool(settings, context.getSystem(), nanoClock);
    for (ClamdEndpoint endpoint : endpoints) {
      pool.members.add(new PoolMember(endpoint, pool, nanoClock));
    }
    int number = 0;
    for (PoolMember member : pool.members) {
      number++;
      ActorRef<ClamdMonitor.Command> monitor =
          context.spawn(
              ClamdMonitor.create(member, scanners, settings.database(), signatures, stop),
              "clamd-" + number + "-monitor",
              OWN_THREAD);
      context.watch(monitor);
      pool.monitors.put(member, monitor);
      int connection = 0;
      for (Pipeline pipeline : member.pipelines()) {
        connection++;
        context.watch(
            context.spawn(
                ClamdConnection.create(setup, member, pipeline),
                "clamd-" + number + "-connection-" + connection,
                OWN_THREAD));
      }
    }
    return pool;
  }

  /**
   * Has the file of {@code request} scanned and the request answered. The stage never fails; a
   * connection that could not complete it would have ended, and the engine with it.
   */
  public CompletionStage<Verdict> scan(PermissionRequest request) {
    ClamdScan scan = new ClamdScan(request, nanoClock);
    place(scan);
    if (settings.hedgeAfter().isPresent() && members.size() > 1) {
      scheduler.scheduleOnce(settings.hedgeAfter().get(), () -> placeElsewhere(scan), executor);
    }
    return scan.over();
  }

  /** Gives {@code scan} to a clamd, now or as soon as one has room for it. */
  void place(ClamdScan scan) {
    if (!tryPlace(scan)) {
      waiting.add(scan);
      placeWaiting(); // there may be room by now, and nobody else would look
    }
  }

  /** Gives away what can be given away of what waits. */
  void placeWaiting() {
    if (waiting.isEmpty()) {
      return;
    }
    synchronized (waiting) {
      waiting.removeIf(this::tryPlace); // who comes meanwhile sees that something waits
    }
  }

  /** A clamd refused the file; another one may not. */
  void refused(ClamdScan scan, PoolMember at, Verdict.Unscanned why) {
    scan.failed(at.endpoint());
    if (!isUnderWay(scan)) {
      placeOr(scan, why, /* again= */ false);
    }
    placeWaiting();
  }

  /** The session broke under the scan. */
  void broken(ClamdScan scan, PoolMember at, String why) {
    int failures = scan.failed(at.endpoint());
    if (!isUnderWay(scan)) {
      Verdict failed = new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, why);
      placeOr(scan, failed, failures <= settings.retries());
    }
  }

  /** The session was ended because of another scan. */
  void disturbed(ClamdScan scan) {
    scan.disturbed();
    if (!isUnderWay(scan)) {
      place(scan);
    }
  }

  /** The engine is stopping. */
  void stopping() {
    isStopping = true;
    placeWaiting();
  }

  /** The state of a clamd is not what it was: what it has should perhaps go elsewhere. */
  void changed(PoolMember member) {
    if (member.state().isQuiet()) {
      member.scans().forEach(this::placeElsewhere);
    }
    placeWaiting();
  }

  /** Has its monitor ask a clamd at once. */
  void askAgain(PoolMember member) {
    ActorRef<ClamdMonitor.Command> monitor = monitors.get(member);
    if (monitor != null) {
      monitor.tell(ClamdMonitor.Ask.INSTANCE);
    }
  }

  private void placeOr(ClamdScan scan, Verdict otherwise, boolean again) {
    boolean hasOther =
        members.stream()
            .anyMatch(other -> other.state().isUseful() && !scan.hasFailedAt(other.endpoint()));
    if (again || hasOther) {
      place(scan);
    } else {
      scan.complete(otherwise);
    }
  }

  /** Gives it to one of the best; returns true if that is done, or there is no need for it. */
  private boolean tryPlace(ClamdScan scan) {
    if (isStopping) {
      scan.complete(
          new Verdict.Unscanned(FallbackReason.STOPPING, StoppingException.THE_ENGINE_STOPS));
    }
    if (scan.isOver() || isUnderWay(scan)) {
      return true;
    }
    int best = NOT_AT_ALL;
    for (PoolMember member : members) {
      best = Math.min(best, rank(member, scan));
    }
    if (best == NOT_AT_ALL) {
      scan.complete(
          new Verdict.Unscanned(
              FallbackReason.CLAMD_DOWN, members.get(0).endpoint().health().reading().detail()));
      return true;
    }
    int wanted = best;
    return offer(scan, member -> rank(member, scan) == wanted) || scan.isOver();
  }

  /** Asks a second clamd that can be expected to answer, if there is one with room. */
  private void placeElsewhere(ClamdScan scan) {
    if (!scan.isOver()
        && !offer(scan, member -> rank(member, scan) == WELL && !member.has(scan))
        && !isUnderWay(scan)) {
      place(scan); // it failed while it was offered, and seemed to be under way here
    }
  }

  private boolean offer(ClamdScan scan, Predicate<PoolMember> among) {
    if (members.size() == 1) {
      return among.test(members.get(0)) && members.get(0).offer(scan);
    }
    return members.stream()
        .filter(among)
        .sorted(Comparator.comparingDouble(PoolMember::load))
        .anyMatch(member -> member.offer(scan));
  }

  private boolean isUnderWay(ClamdScan scan) {
    return members.stream().anyMatch(member -> member.has(scan));
  }

  private static int rank(PoolMember member, ClamdScan scan) {
    ClamdHealth.State state = member.state();
    if (!state.isUseful() && !state.isQuiet()) {
      return NOT_AT_ALL;
    }
    return (state.isQuiet() ? QUIET : WELL) + (scan.hasFailedAt(member.endpoint()) ? FAILED : WELL);
  }
}
