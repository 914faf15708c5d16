package io.nacre.engine.scan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * The order in which jobs get a scanner.
 *
 * <p>The lanes are served in their order, and within a lane the users take turns. Every fourth scan
 * goes to the lane that was served longest ago, among those with blocked openers, so that none of
 * these starves. Big files have half of the scanners at most, and the background has half: so a
 * small file waits for small ones alone.
 *
 * <p>Belongs to one thread, and costs no more with many jobs in it than with few.
 */
final class Lanes {
  private static final int FAIR_PERIOD = 4;

  /** In the order of the lanes. */
  private final Map<Lane, FairQueue> queues = new EnumMap<>(Lane.class);

  /** The lanes with blocked openers, the one served longest ago first. */
  private final List<Lane> blocked = new ArrayList<>(Lane.BLOCKED);

  private final IntSupplier scanners;
  private int scanning;
  private int big;
  private int background;
  private long served;

  /**
   * Lanes in front of some scanners.
   *
   * @param scanners the number of scans at the same time, which may change
   */
  Lanes(IntSupplier scanners) {
    this.scanners = scanners;
    for (Lane lane : Lane.values()) {
      queues.put(lane, new FairQueue());
    }
  }

  /** Adds {@code pending} to the lane that is its job's now. */
  void add(PendingScan pending) {
    queue(Lane.of(pending.job())).add(pending);
  }

  /**
   * Removes {@code pending}; must be called before its request is answered, which changes its lane.
   *
   * @return false if it is not in here
   */
  boolean remove(PendingScan pending) {
    return queue(Lane.of(pending.job())).remove(pending);
  }

  /** Returns true if a job in {@code lane} may have a free scanner. */
  boolean mayBegin(Lane lane) {
    int most = scanners.getAsInt();
    int half = Math.max(1, most / 2);
    return scanning < most
        && !(lane.isBig() && big >= half)
        && !(lane.isBackground() && background >= half);
  }

  /** Counts a scan that begins without a wait. */
  void begin(Lane lane) {
    count(lane, 1);
  }

  /** Takes the next one for a free scanner, or nothing if none may have it. */
  Optional<PendingScan> next() {
    Optional<Lane> next =
        served % FAIR_PERIOD == FAIR_PERIOD - 1 ? firstReady(blocked) : Optional.empty();
    return next.or(() -> firstReady(queues.keySet())).map(this::take);
  }

  /** Counts the end of a scan that had begun in {@code lane}. */
  void end(Lane lane) {
    count(lane, -1);
  }

  /** Returns whether a blocked opener waits for a scanner. */
  boolean hasBlockedOpeners() {
    return Lane.BLOCKED.stream().anyMatch(lane -> !queue(lane).isEmpty());
  }

  /** Returns the prefetch scans that wait here. */
  List<PendingScan> prefetches() {
    return queue(Lane.PREFETCH).all().toList();
  }

  /** Returns all that wait here. */
  List<PendingScan> all() {
    return queues.values().stream().flatMap(FairQueue::all).toList();
  }

  private PendingScan take(Lane lane) {
    if (blocked.remove(lane)) {
      blocked.add(lane);
    }
    served++;
    count(lane, 1);
    return queue(lane).take();
  }

  private Optional<Lane> firstReady(Collection<Lane> lanes) {
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
    scanning += change;
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
