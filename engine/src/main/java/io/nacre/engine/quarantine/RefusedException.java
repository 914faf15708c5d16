package io.nacre.engine.quarantine;

import java.io.IOException;

/** Something is not as it must be; the message says what, for people. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedException(String why) {
    super(why);
  }
}
