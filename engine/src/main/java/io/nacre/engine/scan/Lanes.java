package io.nacre.engine.scan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The order in which requests get a scanner.
 *
 * <p>The lanes are served in their order, and within a lane users take turns; but every fourth time
 * the turn is of the lane that was served longest ago, among those in which somebody waits, so that
 * none of these starves. Big files have half of the scanners at most, and the background has half:
 * so a small file waits for small ones alone.
 *
 * <p>Belongs to one thread, and costs no more with many requests in it than with few.
 */
final class Lanes {
  private static final int TURNS = 4;

  /** In the order of the lanes. */
  private final Map<Lane, FairQueue> queues = new EnumMap<>(Lane.class);

  /** The one served longest ago first. */
  private final List<Lane> awaited = new ArrayList<>(Lane.AWAITED);

  private final int most;
  private int big;
  private int background;
  private long served;

  /** Lanes in front of {@code scanners}. */
  Lanes(int scanners) {
    this.most = Math.max(1, scanners / 2);
    for (Lane lane : Lane.values()) {
      queues.put(lane, new FairQueue());
    }
  }

  /** Has {@code ticket} wait in the lane that is its request's now. */
  void add(PendingScan ticket) {
    queue(Lane.of(ticket.request())).add(ticket);
  }

  /**
   * Takes {@code ticket} out; before its request is answered, which changes its lane.
   *
   * @return false if it does not wait here
   */
  boolean remove(PendingScan ticket) {
    return queue(Lane.of(ticket.request())).remove(ticket);
  }

  /** Returns true if a request in {@code lane} may have a free scanner. */
  boolean mayBegin(Lane lane) {
    return !(lane.isBig() && big >= most) && !(lane.isBackground() && background >= most);
  }

  /** Counts a scan that begins without a wait. */
  void begin(Lane lane) {
    count(lane, 1);
  }

  /** Takes the next one for a free scanner, or nothing if none may have it. */
  Optional<PendingScan> next() {
    Optional<Lane> next = served % TURNS == TURNS - 1 ? first(awaited) : Optional.empty();
    return next.or(() -> first(queues.keySet())).map(this::take);
  }

  /** The scan that had begun in {@code lane} is over. */
  void over(Lane lane) {
    count(lane, -1);
  }

  /** Returns whether somebody waits for a scanner who waits for an answer. */
  boolean areAwaited() {
    return Lane.AWAITED.stream().anyMatch(lane -> !queue(lane).isEmpty());
  }

  /** Returns those that are to be scanned before anybody opens them, and wait here. */
  List<PendingScan> ahead() {
    return queue(Lane.AHEAD).all().toList();
  }

  /** Returns everybody who waits here. */
  List<PendingScan> all() {
    return queues.values().stream().flatMap(FairQueue::all).toList();
  }

  private PendingScan take(Lane lane) {
    if (awaited.remove(lane)) {
      awaited.add(lane);
    }
    served++;
    count(lane, 1);
    return queue(lane).take();
  }

  private Optional<Lane> first(Collection<Lane> lanes) {
    for (Lane lane : lanes) {
      if (isReady(lane)) {
        return Optional.of(lane);
      }
    }
    return Optional.empty();
  }

  private boolean isReady(Lane lane) {
    return !queue(lane).isEmpty() && mayBegin(lane);
  }

  private void count(Lane lane, int change) {
    if (lane.isBig()) {
      big += change;
    }
    if (lane.isBackground()) {
      background += change;
    }
  }

  private FairQueue queue(Lane lane) {
    return Objects.requireNonNull(queues.get(lane)); // there is one for each
  }
}
