package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;
import java.util.function.BooleanSupplier;

/**
 * Whether a wait for the scanners is of any use. Belongs to one stage.
 *
 * <p>Opens when a request waited until its deadline, no scan at all ended meanwhile, and clamd does
 * not answer either; from then on a wait would end like that one. Closes with the next scan that
 * ends, and whenever clamd answers: a slow file alone opens nothing.
 */
final class CircuitBreaker {
  private final BooleanSupplier isClamdSilent;
  private boolean hasTimedOut;
  private boolean hasResult;
  private long lastResultNanos;

  /** A closed one; {@code isClamdSilent} is whether clamd leaves a command unanswered. */
  CircuitBreaker(BooleanSupplier isClamdSilent) {
    this.isClamdSilent = isClamdSilent;
  }

  /** A scan has ended. */
  void onResult(long nowNanos) {
    hasResult = true;
    lastResultNanos = nowNanos;
    hasTimedOut = false;
  }

  /** The deadline of {@code request} passed. */
  void onDeadline(PermissionRequest request) {
    if (!hasResult || request.readAtNanos() - lastResultNanos > 0) {
      hasTimedOut = true;
    }
  }

  /** Returns true if requests should be answered at once, as they would be at their deadlines. */
  boolean isOpen() {
    return hasTimedOut && isClamdSilent.getAsBoolean();
  }
}
