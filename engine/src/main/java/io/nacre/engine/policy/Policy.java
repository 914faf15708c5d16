package io.nacre.engine.policy;

import java.time.Duration;

/**
 * The rules that an event is judged by, from triage to its answer. Immutable: an event keeps the
 * policy that was current when it was read, see {@link LivePolicy}.
 *
 * @param generation the number of the accepted configuration, from 1
 * @param exemptions the users and programs whose opens never wait for a scan
 * @param paths what is protected
 * @param maxFileSizeBytes the biggest file that is scanned
 * @param deadline from the read of an event to its answer at the latest
 * @param fallback the answers without a verdict
 */
public record Policy(
    long generation,
    Exemptions exemptions,
    PathRules paths,
    long maxFileSizeBytes,
    Duration deadline,
    FallbackPolicy fallback) {

  /** Returns {@link #deadline} in nanoseconds. */
  public long deadlineNanos() {
    return deadline.toNanos();
  }
}
