package io.nacre.engine.policy;

import io.nacre.linux.fanotify.Response;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Policies for tests: without exemptions, unless it is said otherwise. */
public final class TestPolicy {
  /** Denies whatever the reason. */
  public static final FallbackPolicy DENY_ALL =
      new FallbackPolicy(Response.DENY, Response.DENY, Response.DENY, Response.DENY);

  private static final PathRules EVERYTHING =
      new PathRules(List.of(new PathRules.Include("/", List.of())));

  private TestPolicy() {}

  /** A policy whose requests are answered by {@code fallback} without a verdict. */
  public static Policy of(FallbackPolicy fallback, Duration deadline) {
    return new Policy(1, new Exemptions(Set.of()), EVERYTHING, Long.MAX_VALUE, deadline, fallback);
  }

  /** A policy that scans files of {@code maxFileSizeBytes} at most. */
  public static Policy of(long maxFileSizeBytes) {
    return of(new Exemptions(Set.of()), EVERYTHING, maxFileSizeBytes);
  }

  /** A policy that judges opens by these rules. */
  public static Policy of(Exemptions exemptions, PathRules paths, long maxFileSizeBytes) {
    return new Policy(
        1, exemptions, paths, maxFileSizeBytes, Duration.ofSeconds(5), FallbackPolicy.ALLOW_ALL);
  }
}
