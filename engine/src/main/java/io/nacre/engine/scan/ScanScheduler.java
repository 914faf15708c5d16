package io.nacre.engine.scan;

import io.nacre.engine.request.AnswerBatch;
import io.nacre.engine.request.PermissionRequest;
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
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
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
 * Holds requests until a scanner is free, and answers each at its deadline whatever it waits for.
 *
 * <p>Requests come in at the top and go down to the scanners, in the order of {@link Lanes}; what
 * is scanned comes up again and leaves, with whoever shares the scan by {@link ScanCoalescer}. A
 * request that is answered at its deadline stays: its scan goes on, or is made when no younger
 * request waits, so that malware that was let through is still found.
 *
 * <p>When clamd is frozen, waiting is of no use: then a new request is answered at once as it would
 * be at its deadline, and its scan is made when clamd is back.
 *
 * <p>Requests of the background have no deadline, and whoever lets them in bounds their number.
 *
 * <p><b>Emits</b> {@code toScan} when a request waits and a scanner asks; {@code done} for each
 * request that leaves, scanned or given up; only then is its descriptor nobody's.
 * <b>Backpressures</b> never at the top: nobody can slow the kernel down, so with {@code capacity}
 * requests inside, those of the background not counted, the oldest late one is given up for a new
 * one; if there is none, the youngest of the user who has the most inside is answered {@code
 * OVERLOAD}, be it the new one. <b>Completes</b> when the top completes and nothing is inside.
 * <b>Cancels</b> when either outlet cancels. Whatever is inside when it ends is answered {@code
 * STOPPING}.
 */
final class ScanScheduler
    extends GraphStage<BidiShape<PermissionRequest, PermissionRequest, Scanned, Scanned>> {
  private static final int AT_A_TIME = 256;
  private static final Verdict STOPPING = new Verdict.Unscanned(FallbackReason.STOPPING, "");
  private static final Verdict GIVEN_UP = new Verdict.Unscanned(FallbackReason.OVERLOAD, "");

  private final Inlet<PermissionRequest> requests = Inlet.create("ScanScheduler.requests");
  private final Outlet<PermissionRequest> toScan = Outlet.create("ScanScheduler.toScan");
  private final Inlet<Scanned> scanned = Inlet.create("ScanScheduler.scanned");
  private final Outlet<Scanned> done = Outlet.create("ScanScheduler.done");

  /**
   * With more than this many waiting they go on in bursts, the first of each a little before its
   * deadline: each answer wakes all who wait, and many small ones would keep everybody late.
   */
  private static final int MANY = 256;

  private static final long BURST_NANOS = Duration.ofMillis(40).toNanos();
  private static final long LEAD_NANOS = Duration.ofMillis(20).toNanos();

  private final int capacity;
  private final int scanners;
  private final BooleanSupplier isClamdSilent;
  private final LongSupplier nanoClock;
  private final PermissionRequest.Context context;
  private final FileProbe files;
  private final ToIntFunction<PermissionRequest> users;
  private final QueueGauges occupancy;

  /**
   * A room for at most {@code capacity} requests, those being scanned included.
   *
   * @param scanners scans at the same time
   * @param isClamdSilent whether clamd leaves even a question unanswered
   * @param nanoClock the clock that deadlines are measured by
   * @param context what all requests have in common
   * @param files tells which requests are about the same file
   * @param users looks up who opens; asked only about a request that has to wait
   * @param occupancy is kept up to date
   */
  ScanScheduler(
      int capacity,
      int scanners,
      BooleanSupplier isClamdSilent,
      LongSupplier nanoClock,
      PermissionRequest.Context context,
      FileProbe files,
      ToIntFunction<PermissionRequest> users,
      QueueGauges occupancy) {
    this.capacity = capacity;
    this.scanners = scanners;
    this.isClamdSilent = isClamdSilent;
    this.nanoClock = nanoClock;
    this.context = context;
    this.files = files;
    this.users = users;
    this.occupancy = occupancy;
  }

  @Override
  public BidiShape<PermissionRequest, PermissionRequest, Scanned, Scanned> shape() {
    return new BidiShape<>(requests, toScan, scanned, done);
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    /** Not answered yet, oldest first; waiting, being scanned or leaving. */
    private final Map<PermissionRequest, PendingScan> unanswered = new LinkedHashMap<>();

    /** Not answered, and led to no scanner yet. */
    private final UserQuotas waiting = new UserQuotas();

    /** Answered, and led to no scanner yet; oldest first. */
    private final NavigableSet<PendingScan> late = new TreeSet<>();

    private final Lanes lanes = new Lanes(scanners);
    private final ScanCoalescer sharing = new ScanCoalescer(files);

    private final AnswerBatch answers = new AnswerBatch(context);

    /** What is over and has not left yet. */
    private final Deque<Scanned> leaving = new ArrayDeque<>();

    private final CircuitBreaker circuit = new CircuitBreaker(isClamdSilent);
    private long arrivals;
    private int inside;
    private int insideBackground;
    private int scanning;
    private boolean timerSet;

    Logic() {
      super(ScanScheduler.this.shape());
      setHandler(requests, new Arrivals());
      setHandler(toScan, new ScannerDemand());
      setHandler(scanned, new Results());
      setHandler(done, new Departures());
    }

    @Override
    public void preStart() {
      pull(requests);
    }

    private final class Arrivals extends AbstractInHandler {
      @Override
      public void onPush() {
        PermissionRequest request = grab(requests);
        if (request.occasion().isBackground()) {
          insideBackground++;
          place(new PendingScan(arrivals++, request, PendingScan.NOBODY));
        } else {
          arrive(request);
        }
        pull(requests);
        afterChange();
      }

      @Override
      public void onUpstreamFinish() {
        afterChange();
      }
    }

    private void arrive(PermissionRequest request) {
      if (circuit.isOpen()) {
        request.answer(FallbackReason.CLAMD_SILENT, nanoClock.getAsLong());
      }
      boolean atOnce =
          inside < capacity
              && mayBegin(request)
              && !sharing.isScanned(PendingScan.fileOf(request)); // nothing to wait for
      boolean isAnswered = request.answered().isPresent();
      int user = atOnce || isAnswered ? PendingScan.NOBODY : users.applyAsInt(request);
      PendingScan ticket = new PendingScan(arrivals++, request, user);
      if (inside >= capacity && !makeRoom(user)) {
        request.answer(FallbackReason.OVERLOAD, nanoClock.getAsLong());
        leaving.add(new Scanned(request, GIVEN_UP));
        return;
      }
      inside++;
      if (isAnswered) {
        late.add(ticket);
      } else {
        unanswered.put(request, ticket);
        waiting.add(ticket);
      }
      place(ticket);
    }

    /** Gives one up for another one of {@code user}; returns false if nobody has to give way. */
    private boolean makeRoom(int user) {
      Optional<PendingScan> ticket =
          late.isEmpty() ? waiting.inTheWayOf(user) : Optional.of(late.first());
      ticket.ifPresent(this::giveUp);
      return ticket.isPresent();
    }

    private void giveUp(PendingScan ticket) {
      lanes.remove(ticket);
      sharing.remove(ticket);
      if (!ticket.request().answer(FallbackReason.OVERLOAD, nanoClock.getAsLong())) {
        occupancy.addGivenUp();
      }
      unanswered.remove(ticket.request());
      leave(ticket, GIVEN_UP);
    }

    private void place(PendingScan ticket) {
      if (sharing.follow(ticket)) {
        return;
      }
      if (mayBegin(ticket.request())) {
        lanes.begin(Lane.of(ticket.request()));
        begin(ticket);
      } else {
        queue(ticket);
      }
    }

    /** A scanner that asks means that nobody waits for it, or nobody who may have it. */
    private boolean mayBegin(PermissionRequest request) {
      return isAvailable(toScan) && lanes.mayBegin(Lane.of(request));
    }

    private void queue(PendingScan ticket) {
      lanes.add(ticket);
      sharing.add(ticket);
      if (lanes.areAwaited()) {
        lanes.ahead().forEach(this::giveUp); // nobody has time for what may be opened soon
      }
    }

    private void begin(PendingScan leader) {
      waiting.remove(leader);
      late.remove(leader);
      sharing.begin(leader).forEach(lanes::remove);
      if (!leader.isBackground()) {
        scanning++;
      }
      push(toScan, leader.request());
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
        circuit.onResult(nanoClock.getAsLong());
        ScanCoalescer.Over over = sharing.end(result.request(), result.verdict());
        lanes.over(Lane.of(result.request()));
        if (!over.leader().isBackground()) {
          scanning--;
        }
        leave(over.leader(), result.verdict());
        for (PendingScan ticket : over.served()) {
          leave(ticket, result.verdict());
          if (!ticket.isBackground()) {
            occupancy.addShared();
          }
        }
        over.again().forEach(Logic.this::queue);
        afterChange();
      }
    }

    private void leave(PendingScan ticket, Verdict verdict) {
      waiting.remove(ticket);
      late.remove(ticket);
      if (ticket.isBackground()) {
        insideBackground--;
      } else {
        inside--;
      }
      leaving.add(new Scanned(ticket.request(), verdict));
    }

    private final class Departures extends AbstractOutHandler {
      @Override
      public void onPull() {
        afterChange();
      }
    }

    private void letGo() {
      if (leaving.element().request().answered().isEmpty()) {
        answerSome();
      }
      Scanned next = leaving.remove();
      unanswered.remove(next.request());
      push(done, next);
    }

    /** Those who share a scan are answered so many at a time, so that no deadline waits long. */
    private void answerSome() {
      long now = nanoClock.getAsLong();
      int count = 0;
      for (Scanned next : leaving) {
        answers.answer(next.request(), next.verdict(), now);
        if (++count == AT_A_TIME) {
          break;
        }
      }
      answers.send();
    }

    @Override
    public void onTimer(Object timerKey) {
      timerSet = false;
      long now = nanoClock.getAsLong();
      long early = unanswered.size() > MANY ? BURST_NANOS : 0;
      while (!unanswered.isEmpty()) {
        PendingScan oldest = unanswered.values().iterator().next();
        if (oldest.request().nanosLeft(now) > early) {
          break;
        }
        answerUnscanned(oldest, FallbackReason.DEADLINE, now);
        circuit.onDeadline(oldest.request());
      }
      if (circuit.isOpen()) { // nobody who waits would get a verdict in time
        List.copyOf(unanswered.values())
            .forEach(ticket -> answerUnscanned(ticket, FallbackReason.CLAMD_SILENT, now));
      }
      answers.send();
      afterChange();
    }

    /** The kernel is told when all are answered. */
    private void answerUnscanned(PendingScan ticket, FallbackReason reason, long now) {
      boolean isQueued = lanes.remove(ticket);
      answers.answer(ticket.request(), new Verdict.Unscanned(reason, ""), now);
      unanswered.remove(ticket.request());
      if (waiting.remove(ticket)) {
        late.add(ticket);
      }
      if (isQueued) {
        lanes.add(ticket); // in another lane
      }
    }

    /** Those being scanned are not closed: somebody may still read them. */
    @Override
    public void postStop() {
      long now = nanoClock.getAsLong();
      unanswered.keySet().forEach(request -> answers.answer(request, STOPPING, now));
      List<PermissionRequest> unread = new ArrayList<>();
      lanes.all().forEach(ticket -> unread.add(ticket.request()));
      sharing.followers().forEach(ticket -> unread.add(ticket.request()));
      leaving.forEach(scanned -> unread.add(scanned.request()));
      unread.forEach(request -> answers.answer(request, STOPPING, now)); // those of the background
      answers.send();
      unread.forEach(PermissionRequest::close);
      occupancy.set(0, 0, 0, /* queued= */ false);
    }

    /** Restores the invariants: all have work, the timer is set, an empty room may close. */
    private void afterChange() {
      if (isAvailable(toScan)) {
        lanes.next().ifPresent(this::begin);
      }
      if (isAvailable(done)) {
        if (!leaving.isEmpty()) {
          letGo();
        } else if (!hasBeenPulled(scanned)) {
          pull(scanned);
        }
      }
      if (!timerSet && !unanswered.isEmpty()) {
        long nanosLeft = unanswered.keySet().iterator().next().nanosLeft(nanoClock.getAsLong());
        long lead = unanswered.size() > MANY ? LEAD_NANOS : 0;
        scheduleOnce("deadline", Duration.ofNanos(Math.max(nanosLeft - lead, 1)));
        timerSet = true;
      }
      occupancy.set(waiting.size(), scanning, late.size(), lanes.areAwaited());
      if (isClosed(requests) && inside + insideBackground == 0 && leaving.isEmpty()) {
        completeStage();
      }
    }
  }
}
