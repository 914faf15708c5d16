package io.nacre.engine.clamd;

import java.io.IOException;

/** The end of a wait on clamd because the engine stops; it is no failure of clamd. */
final class StoppingException extends IOException {

  static final String THE_ENGINE_STOPS = "the engine is stopping";

  StoppingException() {
    super(THE_ENGINE_STOPS);
  }
}
