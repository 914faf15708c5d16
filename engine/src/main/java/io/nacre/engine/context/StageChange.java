package io.nacre.engine.context;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A change of one running stage to another configuration. Everything that can fail is done when the
 * change is prepared: {@link #commit} cannot fail.
 *
 * <p>Exactly one of {@link #commit} and {@link #discard} is called, once, by the thread that
 * changes the engine.
 */
public interface StageChange {

  /** A change of nothing. */
  StageChange NONE = () -> CompletableFuture.completedFuture(null);

  /**
   * Applies the change.
   *
   * @return completes when the stage works by its new configuration, or has reported why a part of
   *     it does not
   */
  CompletionStage<Void> commit();

  /** Releases what was prepared, since another stage refused its change. */
  default void discard() {}
}
