package io.nacre.engine.verdict;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which signature databases verdicts come from; invalidates cached verdicts when they may have
 * changed. For any thread.
 *
 * <p>A cache checks {@link #isUncertain} before a scan begins, and caches no verdict of that scan
 * if it is true. A cache also drops the verdict of a scan that began before an invalidation.
 */
public final class SignatureSet {
  private static final Logger LOG = LoggerFactory.getLogger(SignatureSet.class);

  /**
   * The last invalidation.
   *
   * @param times the number of invalidations so far
   * @param at when the last one was
   * @param why its reason
   */
  public record Reading(long times, Instant at, String why) {}

  private final Clock clock;
  private final LongSupplier infected;
  private final List<LongSupplier> clean;
  private final AtomicLong generation = new AtomicLong();
  private final Set<Object> uncertain = ConcurrentHashMap.newKeySet();
  private volatile Reading reading;

  /**
   * A set of databases before any clamd was reached.
   *
   * @param infected clears the infected verdicts and returns their number
   * @param clean each clears clean verdicts and returns their number; in the order in which an open
   *     consults them
   */
  public SignatureSet(Clock clock, LongSupplier infected, List<LongSupplier> clean) {
    this.clock = clock;
    this.infected = infected;
    this.clean = List.copyOf(clean);
    this.reading = new Reading(0, clock.instant(), "the engine started");
  }

  /**
   * Returns the generation of the databases. The verdict of a scan may be shared with requests that
   * came during the scan only if the generation is the same before and after it.
   */
  public long generation() {
    return generation.get();
  }

  /**
   * Returns true if the databases of some clamd are uncertain: then no clean verdict may be cached.
   */
  public boolean isUncertain() {
    return !uncertain.isEmpty();
  }

  /** Marks the databases of {@code clamd} as uncertain: they may change from now on, unseen. */
  public void markUncertain(Object clamd) {
    if (uncertain.add(clamd)) {
      generation.incrementAndGet();
    }
  }

  /**
   * Marks the databases of {@code clamd} as certain again. If they may have changed meanwhile, the
   * caller has called {@link #invalidateAll} or {@link #invalidateClean} before.
   */
  public void markCertain(Object clamd) {
    if (uncertain.remove(clamd)) {
      generation.incrementAndGet();
    }
  }

  /** Clears every cached verdict because of {@code why}; returns the number of verdicts. */
  public synchronized long invalidateAll(String why) {
    long cleared = infected.getAsLong();
    return cleared + invalidateClean(cleared, why);
  }

  /**
   * Clears the clean verdicts because of {@code why}: the databases may have changed, but it is not
   * certain. A clean file may then be scanned once too often. Infected verdicts stay, so that no
   * denied file is allowed.
   */
  public synchronized void invalidateClean(String why) {
    long unused = invalidateClean(0, why);
  }

  private long invalidateClean(long cleared, String why) {
    generation.incrementAndGet();
    // The caches first: when the log line is there, no cached verdict answers any more.
    long cleanOnes = clean.stream().mapToLong(LongSupplier::getAsLong).sum();
    reading = new Reading(reading.times() + 1, clock.instant(), why);
    LOG.info("invalidated {} cached verdicts: {}", cleared + cleanOnes, why);
    return cleanOnes;
  }

  /** Returns the last invalidation. */
  public Reading reading() {
    return reading;
  }
}
