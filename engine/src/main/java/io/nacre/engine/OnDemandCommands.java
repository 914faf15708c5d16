package io.nacre.engine;

import com.typesafe.config.Config;
import io.nacre.engine.ops.ControlCommand;
import io.nacre.engine.scan.prefetch.OnDemandScan;
import io.nacre.engine.scan.prefetch.OnDemandScanner;
import io.nacre.engine.watch.MountPoints;
import io.nacre.linux.socket.PeerCredentials;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands behind {@code nacre scan}: one that begins a sweep or joins one, one that has it go
 * on and tells how far it is, and one that ends it.
 */
final class OnDemandCommands {

  private static final Logger LOG = LoggerFactory.getLogger(OnDemandCommands.class);
  private static final String PATHS = "paths";

  private OnDemandCommands() {}

  /** Begins one: of the {@code paths} in the request, or of all that is protected without any. */
  static ControlCommand begin(OnDemandScanner sweeper) {
    return new ControlCommand() {
      @Override
      public CompletionStage<Map<String, Object>> answer(Config request, PeerCredentials peer) {
        List<String> paths = request.hasPath(PATHS) ? request.getStringList(PATHS) : List.of();
        if (!paths.stream().allMatch(path -> path.startsWith("/") && path.indexOf('\0') < 0)) {
          return completed(Map.of("error", "paths must be absolute"));
        }
        return completed(
            sweeper
                .begin(paths)
                .map(OnDemandCommands::answer)
                .orElseGet(() -> Map.of("error", "another scan is under way; wait for its end")));
      }

      @Override
      public boolean isPrivileged() {
        return true; // it opens files that not everybody may know of
      }
    };
  }

  /** Returns the local mount points below {@code path}; none if the kernel does not tell. */
  static List<String> mountsBelow(String path) {
    try {
      return MountPoints.localBelow(path);
    } catch (IOException e) {
      LOG.warn("a scan leaves out what is mounted below {}: {}", path, e.getMessage());
      return List.of();
    }
  }

  static ControlCommand progress(OnDemandScanner sweeper) {
    return privileged(
        () ->
            sweeper
                .progress()
                .map(OnDemandCommands::answer)
                .orElseGet(() -> Map.of("error", "no scan was begun since the engine started")));
  }

  static ControlCommand stop(OnDemandScanner sweeper) {
    return privileged(
        () -> {
          sweeper.stop();
          return Map.of("stopping", true);
        });
  }

  private static ControlCommand privileged(Supplier<Map<String, Object>> answer) {
    return ControlCommand.privileged(() -> completed(answer.get()));
  }

  private static CompletionStage<Map<String, Object>> completed(Map<String, Object> answer) {
    return CompletableFuture.completedFuture(answer);
  }

  private static Map<String, Object> answer(OnDemandScan.Progress now) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("over", now.isOver());
    answer.put("at", now.at());
    answer.put("files", now.files());
    answer.put("looked", now.looked());
    answer.put("scanned", now.scanned());
    answer.put("clean", now.clean());
    answer.put("skipped", now.skipped());
    answer.put("infected", now.infected());
    answer.put("failed", now.failed());
    answer.put("found", found(now.found()));
    answer.put("problems", now.problems());
    return answer;
  }

  private static List<Map<String, String>> found(List<OnDemandScan.Found> files) {
    return files.stream()
        .map(file -> Map.of("path", file.path(), "signature", file.signature()))
        .toList();
  }
}
