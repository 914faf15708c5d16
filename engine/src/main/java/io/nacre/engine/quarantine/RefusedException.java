package io.nacre.engine.quarantine;

import java.io.IOException;

/** A step that is refused, since it would not be safe; the message says why, for people. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedException(String why) {
    super(why);
  }
}
