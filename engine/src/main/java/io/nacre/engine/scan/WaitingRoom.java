package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FallbackReason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
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
 * <p>Requests come in at the top and go down to the scanners; what is scanned comes up again and
 * leaves. A request that is answered at its deadline stays: its scan goes on, or is made when no
 * younger request waits, so that malware that was let through is still found.
 *
 * <p>When clamd is frozen, waiting is of no use: then a new request is answered at once as it would
 * be at its deadline, and its scan is made when clamd is back.
 *
 * <p>Requests of the background come last of all: they are scanned when there is neither a request
 * nor a late one to scan, by a part of the scanners, so that a request never waits until a burst of
 * them is over. They have no deadline, and whoever lets them in bounds their number.
 *
 * <p><b>Emits</b> {@code toScan} when a request waits and a scanner asks; {@code done} when a scan
 * is over. <b>Backpressures</b> never at the top: nobody can slow the kernel down, so with {@code
 * capacity} requests inside, those of the background not counted, a late one is given up for a new
 * one, and if there is none the new one is answered {@code OVERLOAD}. <b>Completes</b> when the top
 * completes and nothing is inside. <b>Cancels</b> when either outlet cancels. Whatever is inside
 * when it ends is answered {@code STOPPING}.
 */
final class WaitingRoom
    extends GraphStage<BidiShape<PermissionRequest, PermissionRequest, Scanned, Scanned>> {
  private final Inlet<PermissionRequest> requests = Inlet.create("WaitingRoom.requests");
  private final Outlet<PermissionRequest> toScan = Outlet.create("WaitingRoom.toScan");
  private final Inlet<Scanned> scanned = Inlet.create("WaitingRoom.scanned");
  private final Outlet<Scanned> done = Outlet.create("WaitingRoom.done");

  private final int capacity;
  private final int backgroundScans;
  private final BooleanSupplier isClamdSilent;
  private final LongSupplier nanoClock;
  private final Occupancy occupancy;

  /**
   * A room for at most {@code capacity} requests, those being scanned included.
   *
   * @param backgroundScans scans of the background at the same time
   * @param isClamdSilent whether clamd leaves even a question unanswered
   * @param nanoClock the clock that deadlines are measured by
   * @param occupancy is kept up to date
   */
  WaitingRoom(
      int capacity,
      int backgroundScans,
      BooleanSupplier isClamdSilent,
      LongSupplier nanoClock,
      Occupancy occupancy) {
    this.capacity = capacity;
    this.backgroundScans = backgroundScans;
    this.isClamdSilent = isClamdSilent;
    this.nanoClock = nanoClock;
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
    /** Not answered yet, oldest first; waiting or being scanned. */
    private final Set<PermissionRequest> unanswered = new LinkedHashSet<>();

    /** Not given to a scanner yet, and not answered, oldest first. */
    private final Deque<PermissionRequest> waiting = new ArrayDeque<>();

    /** Answered at their deadline before any scanner was free, oldest first. */
    private final Deque<PermissionRequest> late = new ArrayDeque<>();

    /** Not given to a scanner yet, and nobody waits for it, oldest first. */
    private final Deque<PermissionRequest> background = new ArrayDeque<>();

    private final Circuit circuit = new Circuit(isClamdSilent);
    private int scanning;
    private int scanningBackground;
    private boolean timerSet;

    Logic() {
      super(WaitingRoom.this.shape());
      setHandler(requests, new Arrivals());
      setHandler(toScan, new ScannerDemand());
      setHandler(scanned, new Results());
      setHandler(done, new ResultDemand());
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
          background.add(request);
        } else if (waiting.size() + late.size() + scanning < capacity || giveUpLate()) {
          admit(request);
        } else {
          request.answer(FallbackReason.OVERLOAD, nanoClock.getAsLong());
          request.close();
        }
        pull(requests);
        afterChange();
      }

      @Override
      public void onUpstreamFinish() {
        afterChange();
      }
    }

    private void admit(PermissionRequest request) {
      if (circuit.isOpen()) {
        request.answer(FallbackReason.CLAMD_SILENT, nanoClock.getAsLong());
        late.add(request);
      } else {
        waiting.add(request);
        unanswered.add(request);
      }
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
        if (result.request().occasion().isBackground()) {
          scanningBackground--;
        } else {
          scanning--;
          unanswered.remove(result.request());
        }
        push(done, result);
        afterChange();
      }
    }

    private final class ResultDemand extends AbstractOutHandler {
      @Override
      public void onPull() {
        pull(scanned);
      }
    }

    @Override
    public void onTimer(Object timerKey) {
      timerSet = false;
      long now = nanoClock.getAsLong();
      Iterator<PermissionRequest> oldestFirst = unanswered.iterator();
      while (oldestFirst.hasNext()) {
        PermissionRequest request = oldestFirst.next();
        if (request.nanosLeft(now) > 0) {
          break;
        }
        request.answer(FallbackReason.DEADLINE, now);
        circuit.onDeadline(request);
        oldestFirst.remove();
      }
      if (circuit.isOpen()) {
        answerAll(now);
      }
      while (!waiting.isEmpty() && waiting.peek().answered().isPresent()) {
        late.add(waiting.remove());
      }
      afterChange();
    }

    /** Nobody who waits would get a verdict in time. */
    private void answerAll(long now) {
      unanswered.forEach(request -> request.answer(FallbackReason.CLAMD_SILENT, now));
      unanswered.clear();
    }

    @Override
    public void postStop() {
      long now = nanoClock.getAsLong();
      unanswered.forEach(request -> request.answer(FallbackReason.STOPPING, now));
      background.forEach(request -> request.answer(FallbackReason.STOPPING, now));
      background.forEach(PermissionRequest::close);
      waiting.forEach(PermissionRequest::close);
      late.forEach(PermissionRequest::close);
      occupancy.set(0, 0, 0);
    }

    /** Restores the invariants: scanners have work, the timer is set, an empty room may close. */
    private void afterChange() {
      if (isAvailable(toScan)) {
        giveWork();
      }
      if (!timerSet && !unanswered.isEmpty()) {
        long nanosLeft = unanswered.iterator().next().nanosLeft(nanoClock.getAsLong());
        scheduleOnce("deadline", Duration.ofNanos(Math.max(nanosLeft, 1)));
        timerSet = true;
      }
      occupancy.set(waiting.size(), scanning, late.size());
      if (isClosed(requests) && isEmpty()) {
        completeStage();
      }
    }

    private void giveWork() {
      if (!waiting.isEmpty() || !late.isEmpty()) {
        scanning++;
        push(toScan, waiting.isEmpty() ? late.remove() : waiting.remove());
      } else if (!background.isEmpty() && scanningBackground < backgroundScans) {
        scanningBackground++;
        push(toScan, background.remove());
      }
    }

    private boolean isEmpty() {
      return waiting.isEmpty()
          && late.isEmpty()
          && background.isEmpty()
          && scanning + scanningBackground == 0;
    }

    /** Makes room by giving up the oldest late request; returns false if there is none. */
    private boolean giveUpLate() {
      if (late.isEmpty()) {
        return false;
      }
      late.remove().close();
      occupancy.addGivenUp();
      return true;
    }
  }
}
