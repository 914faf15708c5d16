package io.nacre.engine.ops;

import com.typesafe.config.Config;
import io.nacre.linux.socket.PeerCredentials;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** One thing that an engine can be asked or told over its control socket. */
public interface ControlCommand {
  /**
   * Returns the answer for {@code peer}, as values that JSON can hold, as soon as it is there;
   * never waits for it. What takes time is done on another thread.
   *
   * @param request with {@code command}, by which this was chosen, and whatever else it takes
   */
  CompletionStage<Map<String, Object>> answer(Config request, PeerCredentials peer);

  /** Returns true if it changes something, so that only root and our own user may use it. */
  default boolean isPrivileged() {
    return false;
  }

  /** The question for the status. */
  static ControlCommand status(StatusSource source) {
    return (request, peer) -> CompletableFuture.completedFuture(source.status());
  }

  /**
   * The command to forget every verdict.
   *
   * @param forget does that for the reason it is given, and returns how many that were
   */
  static ControlCommand flush(ToLongFunction<String> forget) {
    return privileged(
        () ->
            CompletableFuture.supplyAsync(
                () -> Map.of("forgotten", forget.applyAsLong("somebody asked for that"))));
  }

  /** A command for root and our own user alone, which is complete by its name. */
  static ControlCommand privileged(Supplier<CompletionStage<Map<String, Object>>> answer) {
    return new ControlCommand() {
      @Override
      public CompletionStage<Map<String, Object>> answer(Config request, PeerCredentials peer) {
        return answer.get();
      }

      @Override
      public boolean isPrivileged() {
        return true;
      }
    };
  }
}
