package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;
import java.util.function.BooleanSupplier;

/**
 * Whether there is any use in waiting for the scanners. Belongs to one stage.
 *
 * <p>Opens when a request waited until its deadline and no scan at all came to its end meanwhile,
 * while clamd says nothing else either; from then on a wait would end like that one. Closes with
 * the first scan that is over, and is closed whenever clamd speaks: a slow file alone opens
 * nothing.
 */
final class CircuitBreaker {
  private final BooleanSupplier isClamdSilent;
  private boolean nothingCame;
  private boolean anyResult;
  private long lastResultNanos;

  /** A closed one; {@code isClamdSilent} says whether clamd leaves a question unanswered. */
  CircuitBreaker(BooleanSupplier isClamdSilent) {
    this.isClamdSilent = isClamdSilent;
  }

  /** A scan is over. */
  void onResult(long nowNanos) {
    anyResult = true;
    lastResultNanos = nowNanos;
    nothingCame = false;
  }

  /** The deadline of {@code request} passed. */
  void onDeadline(PermissionRequest request) {
    if (!anyResult || request.readAtNanos() - lastResultNanos > 0) {
      nothingCame = true;
    }
  }

  /** Returns true if requests should be answered at once, as they would be at their deadlines. */
  boolean isOpen() {
    return nothingCame && isClamdSilent.getAsBoolean();
  }
}
