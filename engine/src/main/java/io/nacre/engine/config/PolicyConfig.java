package io.nacre.engine.config;

import io.nacre.engine.policy.FallbackPolicy;
import java.time.Duration;
import java.util.List;

/**
 * How an event is judged.
 *
 * @param exempt the openers whose opens are not scanned
 * @param maxFileSizeBytes the biggest file that is scanned
 * @param deadline the longest wait for a verdict
 * @param fallback the answers without a verdict
 */
public record PolicyConfig(
    Exempt exempt, long maxFileSizeBytes, Duration deadline, FallbackPolicy fallback) {

  /**
   * The {@code nacre.exempt} block.
   *
   * @param users by name
   * @param uids by number
   * @param root whether user 0 is exempt
   * @param programs the paths of the programs that are never blocked while they act as user 0
   */
  public record Exempt(
      List<String> users, List<Integer> uids, boolean root, List<String> programs) {
    public Exempt {
      users = List.copyOf(users);
      uids = List.copyOf(uids);
      programs = List.copyOf(programs);
    }
  }
}
