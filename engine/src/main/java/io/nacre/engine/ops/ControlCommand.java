package io.nacre.engine.ops;

import com.typesafe.config.Config;
import io.nacre.linux.socket.PeerCredentials;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One thing that an engine can be asked or told over its control socket. */
public interface ControlCommand {
  /**
   * Returns the answer for {@code peer}, as values that JSON can hold, as soon as it is there;
   * never waits for it. What takes time is done on another thread.
   */
  CompletionStage<Map<String, Object>> answer(PeerCredentials peer);

  /** Does the same for a request with more to it than its name. */
  default CompletionStage<Map<String, Object>> answer(Config request, PeerCredentials peer) {
    return answer(peer);
  }

  /** Returns true if it changes something, so that only root and our own user may use it. */
  default boolean isPrivileged() {
    return false;
  }

  /** The question for the status. */
  static ControlCommand status(StatusSource source) {
    return peer -> CompletableFuture.completedFuture(source.status());
  }
}
