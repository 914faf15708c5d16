package io.nacre.engine.clamd;

import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.config.Transport;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** One clamd with its address, its state and the counters of its scans; for any thread. */
public final class ClamdEndpoint {

  /**
   * How one clamd is used.
   *
   * @param weight its share of the scans, relative to the other clamds; at least 1
   * @param connections concurrent scans, unless its MaxThreads is lower
   */
  public record Settings(ClamdAddress address, Transport transport, int weight, int connections) {}

  private final Settings settings;
  private final ClamdHealth health;
  private final AtomicInteger underWay = new AtomicInteger();
  private final LongAdder scans = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile int limit;
  private volatile int process;
  private volatile Optional<SignatureWatch.Observed> observed = Optional.empty();
  private volatile Optional<ClamdEndpoint> predecessor = Optional.empty();
  private volatile SignatureReading signatures = SignatureReading.NOT_ASKED;
  private volatile String signatureIdentity = "";
  private volatile long streamMaxBytes = Long.MAX_VALUE;

  /** An endpoint without any scan in progress. */
  public ClamdEndpoint(Settings settings, ClamdHealth health) {
    this.settings = settings;
    this.health = health;
    this.limit = settings.connections();
  }

  /** Returns how the clamd is used. */
  public Settings settings() {
    return settings;
  }

  /** Returns the state of the clamd, as far as it is known. */
  public ClamdHealth health() {
    return health;
  }

  /** Returns the number of scans in progress. */
  public int underWay() {
    return underWay.get();
  }

  /** Returns the most scans that may be in progress. */
  public int limit() {
    return limit;
  }

  /** Returns the number of completed scans. */
  public long scans() {
    return scans.sum();
  }

  /** Returns the number of failed scans: the session broke during them, or clamd refused them. */
  public long failures() {
    return failures.sum();
  }

  /** Limits the scans in progress to clamd's {@code threads}; more scans would wait in clamd. */
  void limitToThreads(int threads) {
    limit = Math.max(1, Math.min(settings.connections(), threads));
  }

  /** Returns the process that the monitor reached last, or 0 if it is not known. */
  int process() {
    return process;
  }

  /** Sets the process that the monitor reached, 0 if it is not known. */
  void setProcess(int pid) {
    process = pid;
  }

  /** Returns which signatures the clamd uses, as far as it is known. */
  public SignatureReading signatures() {
    return signatures;
  }

  /** Sets which signatures the clamd uses. */
  void setSignatures(SignatureReading reading) {
    signatures = reading;
  }

  /** Returns the signatures as they are observed at this moment, if they are certain. */
  Optional<SignatureWatch.Observed> observed() {
    return observed;
  }

  /** Sets what is observed. */
  void setObserved(Optional<SignatureWatch.Observed> now) {
    observed = now;
  }

  /** Sets the endpoint of the same clamd that this one replaces. */
  void setPredecessor(ClamdEndpoint replaced) {
    predecessor = Optional.of(replaced);
  }

  /** Returns the endpoint that this one replaces, once. */
  Optional<ClamdEndpoint> takePredecessor() {
    Optional<ClamdEndpoint> taken = predecessor;
    predecessor = Optional.empty();
    return taken;
  }

  /** Returns the identity of the signatures in use; empty while that is uncertain. */
  String signatureIdentity() {
    return signatureIdentity;
  }

  /** Sets the identity of the signatures in use. */
  void setSignatureIdentity(String identity) {
    signatureIdentity = identity;
  }

  /** Returns the size of the biggest file that clamd may accept as a stream. */
  long streamMaxBytes() {
    return streamMaxBytes;
  }

  /** Lowers the stream limit: clamd refused a stream of {@code bytes}. */
  synchronized void limitStream(long bytes) {
    streamMaxBytes = Math.min(streamMaxBytes, bytes - 1);
  }

  /** Begins a scan; returns false if as many are in progress as may be. */
  boolean tryBeginScan() {
    int most = limit;
    return underWay.getAndUpdate(now -> now < most ? now + 1 : now) < most;
  }

  /** Takes back {@link #tryBeginScan}: the scan was never sent. */
  void cancelScan() {
    underWay.decrementAndGet();
  }

  /** Ends a scan and counts it. */
  void endScan(boolean hasFailed) {
    underWay.decrementAndGet();
    (hasFailed ? failures : scans).increment();
  }

  @Override
  public String toString() {
    return settings.address().toString();
  }
}
