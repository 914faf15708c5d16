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
 * The signatures that verdicts come from, of all clamds together: tells whether they may be
 * exchanged right now, and has forgotten what others had said; for any thread.
 *
 * <p>Whoever keeps a verdict asks {@link #isInDoubt} before the scan, and is among those who
 * forget: what a scan finds that began before {@link #forget} must not be kept either.
 */
public final class SignatureSet {
  private static final Logger LOG = LoggerFactory.getLogger(SignatureSet.class);

  /**
   * What happened last.
   *
   * @param times how often something was forgotten
   * @param at when that was last
   * @param why the reason for it
   */
  public record Reading(long times, Instant at, String why) {}

  private final Clock clock;
  private final LongSupplier infected;
  private final List<LongSupplier> clean;
  private final AtomicLong generation = new AtomicLong();
  private final Set<Object> doubts = ConcurrentHashMap.newKeySet();
  private volatile Reading reading;

  /**
   * The signatures of clamds that are yet to be found.
   *
   * @param infected forgets what was found infected, and returns how much that was
   * @param clean each forgets what was found clean, and returns how much that was; in the order in
   *     which they are asked when a file is opened
   */
  public SignatureSet(Clock clock, LongSupplier infected, List<LongSupplier> clean) {
    this.clock = clock;
    this.infected = infected;
    this.clean = List.copyOf(clean);
    this.reading = new Reading(0, clock.instant(), "the engine started");
  }

  /**
   * Returns a number that is the same at the beginning and at the end of a scan only if what it
   * found is good for whoever came meanwhile.
   */
  public long generation() {
    return generation.get();
  }

  /**
   * Returns true if it is not known which signatures some clamd uses: then nothing that is found
   * clean may be kept.
   */
  public boolean isInDoubt() {
    return !doubts.isEmpty();
  }

  /** The signatures of {@code clamd} may be exchanged from now on, at a moment nobody sees. */
  public void doubt(Object clamd) {
    if (doubts.add(clamd)) {
      generation.incrementAndGet();
    }
  }

  /**
   * The signatures of {@code clamd} are known again; if others may be in use since, {@link #forget}
   * or {@link #forgetClean} was called before.
   */
  public void trust(Object clamd) {
    if (doubts.remove(clamd)) {
      generation.incrementAndGet();
    }
  }

  /** Forgets everything because of {@code why}; returns how many verdicts that were. */
  public synchronized long forget(String why) {
    long known = infected.getAsLong();
    return known + forgetClean(known, why);
  }

  /**
   * Forgets what was found clean, since others may be in use, and nothing tells so: then it may be
   * scanned once too often, but nothing is let through that was denied.
   */
  public synchronized void forgetClean(String why) {
    long unused = forgetClean(0, why);
  }

  private long forgetClean(long already, String why) {
    generation.incrementAndGet();
    // First all that would still answer; whoever reads the log may rely on it.
    long forgotten = clean.stream().mapToLong(LongSupplier::getAsLong).sum();
    reading = new Reading(reading.times() + 1, clock.instant(), why);
    LOG.info("forgot {} verdicts: {}", already + forgotten, why);
    return forgotten;
  }

  /** Returns what happened last. */
  public Reading reading() {
    return reading;
  }
}
