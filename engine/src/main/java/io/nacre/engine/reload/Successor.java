package io.nacre.engine.reload;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The start of a new engine, which reads the files again and takes over without a gap. */
public interface Successor {

  /** There can be none. */
  Successor NONE =
      new Successor() {
        @Override
        public CompletionStage<Integer> begin() {
          return CompletableFuture.failedFuture(new IllegalStateException("there is no successor"));
        }

        @Override
        public boolean isUnderWay() {
          return false;
        }
      };

  /** Begins the hand-over; completes with the process of the new engine, or badly. */
  CompletionStage<Integer> begin();

  /** Returns whether a hand-over is under way. */
  boolean isUnderWay();
}
