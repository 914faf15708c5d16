package io.nacre.engine;

import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.scan.Scanned;
import io.nacre.engine.verdict.Verdict;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * How long clamd took for each infected file, from its verdict to the end of the stream; what is
 * clean is measured by nobody.
 */
final class ScanTimes {
  private final LongSupplier nanoClock;
  private final Map<PermissionRequest, Duration> taken = new ConcurrentHashMap<>();

  ScanTimes(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Returns a scanner that does what {@code scanner} does, and is timed. */
  Function<PermissionRequest, CompletionStage<Scanned>> of(
      Function<PermissionRequest, CompletionStage<Scanned>> scanner) {
    return request -> {
      long beganNanos = nanoClock.getAsLong();
      return scanner.apply(request).thenApply(scanned -> noted(scanned, beganNanos));
    };
  }

  private Scanned noted(Scanned scanned, long beganNanos) {
    if (scanned.verdict() instanceof Verdict.Infected) {
      taken.put(scanned.request(), Duration.ofNanos(nanoClock.getAsLong() - beganNanos));
    }
    return scanned;
  }

  /** Returns how long the scan of {@code request} took, once; nothing if it shared another's. */
  Optional<Duration> take(PermissionRequest request) {
    return Optional.ofNullable(taken.remove(request));
  }
}
