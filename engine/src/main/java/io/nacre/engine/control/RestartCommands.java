package io.nacre.engine.control;

import io.nacre.engine.handover.Restart;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** The commands behind {@code nacre restart}: one begins it, one replies with its progress. */
final class RestartCommands {

  private RestartCommands() {}

  /** Returns the command that begins a restart, and replies with its progress at once. */
  static ControlCommand begin(Restart restart, BooleanSupplier isReloading) {
    return ControlCommand.privileged(
        () -> {
          if (isReloading.getAsBoolean()) {
            throw new IllegalStateException("a reload is under way; restart when it has ended");
          }
          CompletionStage<Integer> begun = restart.begin();
          return begun.toCompletableFuture().isCompletedExceptionally()
              ? begun.thenApply(pid -> Map.of())
              : CompletableFuture.completedFuture(restart.progress());
        });
  }

  /** Returns the command that replies with the progress of the last restart of this engine. */
  static ControlCommand progress(Restart restart) {
    return ControlCommand.privileged(() -> CompletableFuture.completedFuture(restart.progress()));
  }
}
