package io.nacre.engine.clamd;

import java.io.IOException;

/** A wait on clamd that ended because the engine stops; says nothing about clamd. */
final class StoppingException extends IOException {

  StoppingException() {
    super("the engine is stopping");
  }
}
