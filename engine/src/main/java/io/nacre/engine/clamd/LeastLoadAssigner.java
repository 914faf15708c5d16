package io.nacre.engine.clamd;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;

/**
 * Gives each scan to the clamd that is most likely to complete it: responsive ones first, those at
 * which it failed last, the lowest load among equals.
 *
 * <p>Scans that no clamd has room for wait here. There are few of them, since callers do not have
 * more scans in progress than the clamds have connections.
 */
final class LeastLoadAssigner implements ScanAssigner {

  // The rank of a clamd for a scan: the lowest is the best.
  private static final int RESPONSIVE = 0;
  private static final int UNRESPONSIVE = 1;
  private static final int FAILED_BEFORE = 2;
  private static final int UNUSABLE = 4;

  private final int retries;
  private final List<PoolMember> members = new ArrayList<>();
  private final Queue<ClamdScan> waiting = new ConcurrentLinkedQueue<>();
  private volatile boolean isStopping;

  /** The assigner of the pool that replaces this one. */
  private volatile Optional<LeastLoadAssigner> successor = Optional.empty();

  private LeastLoadAssigner(int retries) {
    this.retries = retries;
  }

  /**
   * Returns the assigner of the clamds at {@code endpoints}.
   *
   * @param retries how often a file is scanned again when the session breaks during the scan
   */
  static LeastLoadAssigner of(List<ClamdEndpoint> endpoints, int retries, LongSupplier nanoClock)
      throws ErrnoException {
    LeastLoadAssigner assigner = new LeastLoadAssigner(retries);
    for (ClamdEndpoint endpoint : endpoints) {
      assigner.members.add(new PoolMember(endpoint, assigner, nanoClock));
    }
    return assigner;
  }

  /** Returns every clamd. */
  List<PoolMember> members() {
    return members;
  }

  /** Hands every scan that no clamd of this pool has to {@code next}, now and later. */
  void handTo(LeastLoadAssigner next) {
    successor = Optional.of(next);
    assignWaiting();
  }

  /** Returns whether no clamd of this pool has a scan. */
  boolean isIdle() {
    return members.stream().allMatch(member -> member.endpoint().underWay() == 0);
  }

  /** Gives {@code scan} to a clamd, now or as soon as one has room. */
  void assign(ClamdScan scan) {
    if (!tryAssign(scan)) {
      waiting.add(scan);
      assignWaiting(); // a clamd may have room by now, and no other thread would look
    }
  }

  @Override
  public void assignWaiting() {
    if (waiting.isEmpty()) {
      return;
    }
    synchronized (waiting) {
      waiting.removeIf(this::tryAssign); // a thread that adds a scan meanwhile calls this itself
    }
  }

  @Override
  public void assignAfterRefusal(ClamdScan scan, ClamdEndpoint endpoint, Verdict.Unscanned why) {
    int unused = scan.addFailure(endpoint);
    if (!isInProgress(scan)) {
      assignOrComplete(scan, why, /* isRetry= */ false);
    }
    assignWaiting();
  }

  @Override
  public void assignAfterBreak(ClamdScan scan, ClamdEndpoint endpoint, String why) {
    int failures = scan.addFailure(endpoint);
    if (!isInProgress(scan)) {
      Verdict failed = new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, why);
      assignOrComplete(scan, failed, failures <= retries);
    }
  }

  @Override
  public void assignAgain(ClamdScan scan) {
    scan.addInterruption();
    if (!isInProgress(scan)) {
      assign(scan);
    }
  }

  @Override
  public void assignElsewhere(ClamdScan scan) {
    if (!scan.isCompleted() && !offer(scan, RESPONSIVE) && !isInProgress(scan)) {
      assign(scan); // it failed meanwhile, when it still counted as in progress here
    }
  }

  @Override
  public void assignLeft(ClamdScan scan) {
    if (successor.isPresent()) {
      successor.get().assign(scan);
    } else {
      scan.complete(
          new Verdict.Unscanned(FallbackReason.STOPPING, StoppingException.THE_ENGINE_STOPS));
    }
  }

  @Override
  public void stop() {
    isStopping = true;
    assignWaiting();
  }

  private void assignOrComplete(ClamdScan scan, Verdict otherwise, boolean isRetry) {
    boolean hasOther =
        members.stream()
            .anyMatch(other -> other.state().isUsable() && !scan.hasFailedAt(other.endpoint()));
    if (isRetry || hasOther || successor.isPresent()) {
      assign(scan);
    } else {
      scan.complete(otherwise);
    }
  }

  /** Offers {@code scan} to the best clamds; returns false if it still has to wait. */
  private boolean tryAssign(ClamdScan scan) {
    if (successor.isPresent()) {
      if (!scan.isCompleted() && !isInProgress(scan)) {
        successor.get().assign(scan);
      }
      return true;
    }
    if (isStopping) {
      scan.complete(
          new Verdict.Unscanned(FallbackReason.STOPPING, StoppingException.THE_ENGINE_STOPS));
    }
    if (scan.isCompleted() || isInProgress(scan)) {
      return true;
    }
    int best = UNUSABLE;
    for (PoolMember member : members) {
      best = Math.min(best, rank(member, scan));
    }
    if (best == UNUSABLE) {
      scan.complete(
          new Verdict.Unscanned(
              FallbackReason.CLAMD_DOWN, members.get(0).endpoint().health().reading().detail()));
      return true;
    }
    return offer(scan, best) || scan.isCompleted();
  }

  /** Offers {@code scan} to the clamds of {@code rank} that do not have it, lowest load first. */
  private boolean offer(ClamdScan scan, int rank) {
    if (members.size() == 1) {
      return isCandidate(members.get(0), scan, rank) && members.get(0).offer(scan);
    }
    return members.stream()
        .filter(member -> isCandidate(member, scan, rank))
        .sorted(Comparator.comparingDouble(PoolMember::load))
        .anyMatch(member -> member.offer(scan));
  }

  private static boolean isCandidate(PoolMember member, ClamdScan scan, int rank) {
    return rank(member, scan) == rank && !member.contains(scan);
  }

  private boolean isInProgress(ClamdScan scan) {
    return members.stream().anyMatch(member -> member.contains(scan));
  }

  private static int rank(PoolMember member, ClamdScan scan) {
    ClamdHealth.State state = member.state();
    if (!state.isUsable() && !state.isUnresponsive()) {
      return UNUSABLE;
    }
    return (state.isUnresponsive() ? UNRESPONSIVE : RESPONSIVE)
        + (scan.hasFailedAt(member.endpoint()) ? FAILED_BEFORE : RESPONSIVE);
  }
}
