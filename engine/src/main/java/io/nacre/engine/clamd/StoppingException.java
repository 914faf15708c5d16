package io.nacre.engine.clamd;

import java.io.IOException;

/** A wait on clamd that ended because the engine stops; says nothing about clamd. */
final class StoppingException extends IOException {

  static final String THE_ENGINE_STOPS = "the engine is stopping";

  StoppingException() {
    super(THE_ENGINE_STOPS);
  }
}
