package io.nacre.engine.handover;

import java.io.IOException;

/** The reason why a hand-over did not take place, as an administrator reads it. */
public final class HandOverException extends IOException {
  private static final long serialVersionUID = 1;

  public HandOverException(String message) {
    super(message);
  }
}
