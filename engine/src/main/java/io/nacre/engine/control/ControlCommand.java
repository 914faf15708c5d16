package io.nacre.engine.control;

import io.nacre.engine.json.JsonObject;
import io.nacre.linux.socket.PeerCredentials;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** One command of the control socket, from its request to its reply. */
public interface ControlCommand {
  /** The member of a request that names the command. */
  String NAME = "command";

  /**
   * Returns the reply to {@code peer}, as values that JSON can hold. Never waits: work that takes
   * time is done on another thread, which completes the reply.
   *
   * @param request the {@code command} by which this one was chosen, and its arguments, which
   *     comply with {@link #arguments}
   */
  CompletionStage<Map<String, Object>> answer(JsonObject request, PeerCredentials peer);

  /** Returns the arguments that it takes; a request with any other is refused. */
  default List<Argument> arguments() {
    return List.of();
  }

  /** Returns true if only root and the engine's own user may use it. */
  default boolean isPrivileged() {
    return false;
  }

  /** Returns the command that replies with the status. */
  static ControlCommand status(StatusSource source) {
    return (request, peer) -> CompletableFuture.completedFuture(source.status());
  }

  /**
   * Returns the command that voids every cached verdict.
   *
   * @param invalidate does so for the given reason; returns the number of verdicts
   */
  static ControlCommand flush(ToLongFunction<String> invalidate) {
    return privileged(
        () ->
            CompletableFuture.supplyAsync(
                () -> Map.of("invalidated", invalidate.applyAsLong("an administrator's command"))));
  }

  /** Returns a privileged command without arguments. */
  static ControlCommand privileged(Supplier<CompletionStage<Map<String, Object>>> answer) {
    return new ControlCommand() {
      @Override
      public CompletionStage<Map<String, Object>> answer(JsonObject request, PeerCredentials peer) {
        return answer.get();
      }

      @Override
      public boolean isPrivileged() {
        return true;
      }
    };
  }
}
