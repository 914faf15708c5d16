package io.nacre.engine.clamd;

import io.nacre.engine.config.Transport;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * One clamd as everybody knows it: where it is, how it is, and how much it does for us; for any
 * thread.
 */
public final class ClamdEndpoint {

  /**
   * How one clamd is used.
   *
   * @param weight its share of the scans, compared with those of others; at least 1
   * @param connections scans at the same time, unless its MaxThreads is lower
   */
  public record Settings(ClamdAddress address, Transport transport, int weight, int connections) {}

  private final Settings settings;
  private final ClamdHealth health;
  private final AtomicInteger underWay = new AtomicInteger();
  private final LongAdder scans = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile int limit;
  private volatile int process;
  private volatile SignatureWatch.Reading signatures = SignatureWatch.Reading.NOT_ASKED;
  private volatile long streamMaxBytes = Long.MAX_VALUE;

  /** One with which nothing is under way. */
  public ClamdEndpoint(Settings settings, ClamdHealth health) {
    this.settings = settings;
    this.health = health;
    this.limit = settings.connections();
  }

  /** Returns how it is used. */
  public Settings settings() {
    return settings;
  }

  /** Returns what is known of its state. */
  public ClamdHealth health() {
    return health;
  }

  /** Returns how many scans are under way. */
  public int underWay() {
    return underWay.get();
  }

  /** Returns how many scans may be under way. */
  public int limit() {
    return limit;
  }

  /** Returns how many scans it has made. */
  public long scans() {
    return scans.sum();
  }

  /** Returns how many scans failed here: those under which a session broke, and those refused. */
  public long failures() {
    return failures.sum();
  }

  /** It has {@code threads} threads to scan with; more scans than that would only wait there. */
  void hasThreads(int threads) {
    limit = Math.max(1, Math.min(settings.connections(), threads));
  }

  /** Returns the process it was when it was last asked, or 0 if that is not known. */
  int process() {
    return process;
  }

  /** It is process {@code pid}, or 0 if that is not known. */
  void isProcess(int pid) {
    process = pid;
  }

  /** Returns what is known of its signatures. */
  public SignatureWatch.Reading signatures() {
    return signatures;
  }

  /** Notes what is known of its signatures. */
  void signatures(SignatureWatch.Reading known) {
    signatures = known;
  }

  /** Returns the size of the biggest file that may be worth streaming. */
  long streamMaxBytes() {
    return streamMaxBytes;
  }

  /** A file of {@code bytes} was too big to be streamed. */
  synchronized void refusedBytes(long bytes) {
    streamMaxBytes = Math.min(streamMaxBytes, bytes - 1);
  }

  /** Takes a place for a scan; returns false if there is none. */
  boolean tryBegin() {
    int most = limit;
    return underWay.getAndUpdate(now -> now < most ? now + 1 : now) < most;
  }

  /** Gives the place back of a scan that was not begun after all. */
  void notBegun() {
    underWay.decrementAndGet();
  }

  /** A scan came to its end, or failed. */
  void ended(boolean failed) {
    underWay.decrementAndGet();
    (failed ? failures : scans).increment();
  }

  @Override
  public String toString() {
    return settings.address().toString();
  }
}
