package io.nacre.engine.scan;

import io.nacre.engine.request.AnswerBatch;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.request.Scanned;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;

/**
 * Queues jobs until a scanner is free, and answers each request at its deadline.
 *
 * <p>Jobs come in at the top and go down to the scanners, in the order of {@link Lanes}. A result
 * comes up again and leaves, with the jobs that share the scan by {@link ScanCoalescer}. A request
 * that is answered at its deadline is <i>deferred</i>: its scan goes on, or is made when no younger
 * request waits, so that malware in an allowed file is still found.
 *
 * <p>While clamd is frozen, a new request is answered at once as it would be at its deadline. Its
 * scan is made when clamd is back.
 *
 * <ul>
 *   <li>Owns: each job from the top to {@code done}, its answer, and its descriptor at the end.
 *   <li>Must not own: the scan itself, caches, what follows the answer.
 *   <li>Hands to: {@code toScan} (the {@link ScanExecutor}) and {@code done}.
 *   <li>Thread: the stream's.
 * </ul>
 *
 * <p><b>Emits</b> {@code toScan} when a job waits and a scanner asks; {@code done} for each job
 * that leaves, scanned or shed. <b>Backpressures</b> never at the top, since the kernel cannot be
 * slowed down. With {@code requests} of them inside, the oldest deferred request is shed for a new
 * one; if there is none, the youngest of the user with the most is answered {@code OVERLOAD}, be it
 * the new one. Background scans have no deadline and are not counted: their sender bounds them.
 * <b>Completes</b> when the top completes and nothing is inside. <b>Cancels</b> when either outlet
 * cancels. What is inside when it ends is answered {@code STOPPING}.
 */
final class ScanScheduler extends GraphStage<BidiShape<ScanJob, ScanJob, Scanned, Scanned>> {
  /** Answers given by one call, so that no deadline waits long for them. */
  private static final int ANSWERS_PER_CALL = 256;

  private static final Verdict STOPPING = new Verdict.Unscanned(FallbackReason.STOPPING, "");
  private static final Verdict SHED = new Verdict.Unscanned(FallbackReason.OVERLOAD, "");

  private final Inlet<ScanJob> jobs = Inlet.create("ScanScheduler.jobs");
  private final Outlet<ScanJob> toScan = Outlet.create("ScanScheduler.toScan");
  private final Inlet<Scanned> scanned = Inlet.create("ScanScheduler.scanned");
  private final Outlet<Scanned> done = Outlet.create("ScanScheduler.done");

  /**
   * With more than this many unanswered they are answered in bursts, the first of each a little
   * before its deadline: each call wakes all openers, and many small ones would delay them all.
   */
  private static final int MANY = 256;

  private static final long BURST_NANOS = Duration.ofMillis(40).toNanos();
  private static final long LEAD_NANOS = Duration.ofMillis(20).toNanos();

  private final ScanStream.Setup setup;
  private final UserLookup users;
  private final QueueGauges gauges;

  /**
   * A scheduler in front of as many scanners as there are connections.
   *
   * @param users looks up openers; called only for a request that has to wait
   * @param gauges is kept up to date
   */
  ScanScheduler(ScanStream.Setup setup, UserLookup users, QueueGauges gauges) {
    this.setup = setup;
    this.users = users;
    this.gauges = gauges;
  }

  @Override
  public BidiShape<ScanJob, ScanJob, Scanned, Scanned> shape() {
    return new BidiShape<>(jobs, toScan, scanned, done);
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    private final int capacity = setup.limits().requests();

    /** Not answered yet, oldest first; waiting, being scanned or leaving. */
    private final Map<PermissionRequest, PendingScan> unanswered = new LinkedHashMap<>();

    /** Not answered, and not being scanned. */
    private final UserQuotas waiting = new UserQuotas();

    /** Answered, and not being scanned; oldest first. */
    private final NavigableSet<PendingScan> deferred = new TreeSet<>();

    private final Lanes lanes = new Lanes(setup.limits().connections());
    private final ScanCoalescer coalescer = new ScanCoalescer(setup.files(), setup.signatures());
    private final CircuitBreaker circuit = new CircuitBreaker(setup.isClamdSilent());
    private final AnswerBatch answers = new AnswerBatch(setup.jobs());

    /** Results that have not left yet. */
    private final Deque<Scanned> leaving = new ArrayDeque<>();

    private long arrivals;
    private int inside;
    private int insideBackground;
    private int scanning;
    private boolean timerSet;

    Logic() {
      super(ScanScheduler.this.shape());
      setHandler(jobs, new Arrivals());
      setHandler(toScan, new ScannerDemand());
      setHandler(scanned, new Results());
      setHandler(done, new Departures());
    }

    @Override
    public void preStart() {
      pull(jobs);
    }

    private final class Arrivals extends AbstractInHandler {
      @Override
      public void onPush() {
        ScanJob job = grab(jobs);
        if (job instanceof PermissionRequest request) {
          arrive(request);
        } else {
          insideBackground++;
          place(new PendingScan(arrivals++, job, PendingScan.NO_USER));
        }
        pull(jobs);
        afterChange();
      }

      @Override
      public void onUpstreamFinish() {
        afterChange();
      }
    }

    private void arrive(PermissionRequest request) {
      if (circuit.isOpen()) {
        request.answer(FallbackReason.CLAMD_SILENT, now());
      }
      boolean isScannedAtOnce =
          inside < capacity && mayBegin(request) && !coalescer.isScanned(request);
      boolean isAnswered = request.isCompleted();
      int user = isScannedAtOnce || isAnswered ? PendingScan.NO_USER : users.userOf(request);
      PendingScan pending = new PendingScan(arrivals++, request, user);
      if (inside >= capacity && !makeRoom(user)) {
        request.answer(FallbackReason.OVERLOAD, now());
        leaving.add(new Scanned(request, SHED));
        return;
      }
      inside++;
      if (isAnswered) {
        deferred.add(pending);
      } else {
        unanswered.put(request, pending);
        waiting.add(pending);
      }
      place(pending);
    }

    /** Sheds one for another one of {@code user}; returns false if none has to give way. */
    private boolean makeRoom(int user) {
      Optional<PendingScan> toShed =
          deferred.isEmpty() ? waiting.toShedFor(user) : Optional.of(deferred.first());
      toShed.ifPresent(this::shed);
      return toShed.isPresent();
    }

    private void shed(PendingScan pending) {
      boolean isDeferred = pending.job().isCompleted();
      lanes.remove(pending);
      coalescer.remove(pending);
      pending.job().complete(SHED, now());
      if (isDeferred) {
        gauges.addShed();
      }
      unanswered.remove(pending.job());
      leave(pending, new Scanned(pending.job(), SHED));
    }

    private void place(PendingScan pending) {
      if (coalescer.follow(pending)) {
        return;
      }
      if (mayBegin(pending.job())) {
        lanes.begin(Lane.of(pending.job()));
        begin(pending);
      } else {
        queue(pending);
      }
    }

    private boolean mayBegin(ScanJob job) {
      return isAvailable(toScan) && lanes.mayBegin(Lane.of(job));
    }

    private void queue(PendingScan pending) {
      lanes.add(pending);
      coalescer.add(pending);
      if (lanes.hasBlockedOpeners()) {
        lanes.prefetches().forEach(this::shed); // no scanner is idle now
      }
    }

    private void begin(PendingScan leader) {
      waiting.remove(leader);
      deferred.remove(leader);
      coalescer.begin(leader).forEach(lanes::remove);
      if (!leader.isBackground()) {
        scanning++;
      }
      push(toScan, leader.job());
    }

    private final class ScannerDemand extends AbstractOutHandler {
      @Override
      public void onPull() {
        afterChange();
      }
    }

    private final class Results extends AbstractInHandler {
      @Override
      public void onPush() {
        Scanned result = grab(scanned);
        circuit.onResult(now());
        ScanCoalescer.Ended ended = coalescer.end(result.job(), result.verdict());
        lanes.end(Lane.of(result.job()));
        if (!ended.leader().isBackground()) {
          scanning--;
        }
        leave(ended.leader(), result);
        for (PendingScan pending : ended.served()) {
          leave(pending, new Scanned(pending.job(), result.verdict()));
          if (!pending.isBackground()) {
            gauges.addShared();
          }
        }
        ended.unserved().forEach(Logic.this::queue);
        afterChange();
      }
    }

    private void leave(PendingScan pending, Scanned result) {
      waiting.remove(pending);
      deferred.remove(pending);
      if (pending.isBackground()) {
        insideBackground--;
      } else {
        inside--;
      }
      leaving.add(result);
    }

    private final class Departures extends AbstractOutHandler {
      @Override
      public void onPull() {
        afterChange();
      }
    }

    private void depart() {
      if (!leaving.element().job().isCompleted()) {
        completeSome();
      }
      Scanned next = leaving.remove();
      unanswered.remove(next.job());
      push(done, next);
    }

    /** Jobs that share a scan are answered so many at a time. */
    private void completeSome() {
      long now = now();
      int count = 0;
      for (Scanned next : leaving) {
        answers.complete(next.job(), next.verdict(), now);
        if (++count == ANSWERS_PER_CALL) {
          break;
        }
      }
      answers.send();
    }

    @Override
    public void onTimer(Object timerKey) {
      timerSet = false;
      long now = now();
      long early = unanswered.size() > MANY ? BURST_NANOS : 0;
      while (!unanswered.isEmpty()) {
        PermissionRequest oldest = unanswered.keySet().iterator().next();
        if (oldest.nanosLeft(now) > early) {
          break;
        }
        answerUnscanned(oldest, FallbackReason.DEADLINE, now);
        circuit.onDeadline(oldest);
      }
      if (circuit.isOpen()) { // none that waits would get a verdict in time
        List.copyOf(unanswered.keySet())
            .forEach(request -> answerUnscanned(request, FallbackReason.CLAMD_SILENT, now));
      }
      answers.send();
      afterChange();
    }

    /** The responses are sent when all are answered. */
    private void answerUnscanned(PermissionRequest request, FallbackReason reason, long now) {
      PendingScan pending = Objects.requireNonNull(unanswered.remove(request)); // still inside
      boolean isQueued = lanes.remove(pending);
      answers.complete(request, new Verdict.Unscanned(reason, ""), now);
      if (waiting.remove(pending)) {
        deferred.add(pending);
      }
      if (isQueued) {
        lanes.add(pending); // in another lane
      }
    }

    /** Jobs being scanned are not closed: their descriptors may still be read. */
    @Override
    public void postStop() {
      long now = now();
      unanswered.keySet().forEach(request -> answers.complete(request, STOPPING, now));
      List<ScanJob> unread = new ArrayList<>();
      lanes.all().forEach(pending -> unread.add(pending.job()));
      coalescer.sharing().forEach(pending -> unread.add(pending.job()));
      leaving.forEach(result -> unread.add(result.job()));
      unread.forEach(job -> answers.complete(job, STOPPING, now)); // the background scans
      answers.send();
      unread.forEach(ScanJob::close);
      gauges.set(0, 0, 0, /* hasBlockedOpeners= */ false);
    }

    private long now() {
      return setup.nanoClock().getAsLong();
    }

    /** Restores the invariants: all have work, the timer is set, an empty stage may complete. */
    private void afterChange() {
      if (isAvailable(toScan)) {
        lanes.next().ifPresent(this::begin);
      }
      if (isAvailable(done)) {
        if (!leaving.isEmpty()) {
          depart();
        } else if (!hasBeenPulled(scanned)) {
          pull(scanned);
        }
      }
      if (!timerSet && !unanswered.isEmpty()) {
        long nanosLeft = unanswered.keySet().iterator().next().nanosLeft(now());
        long lead = unanswered.size() > MANY ? LEAD_NANOS : 0;
        scheduleOnce("deadline", Duration.ofNanos(Math.max(nanosLeft - lead, 1)));
        timerSet = true;
      }
      gauges.set(waiting.size(), scanning, deferred.size(), lanes.hasBlockedOpeners());
      if (isClosed(jobs) && inside + insideBackground == 0 && leaving.isEmpty()) {
        completeStage();
      }
    }
  }
}
