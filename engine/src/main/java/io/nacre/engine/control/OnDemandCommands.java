package io.nacre.engine.control;

import io.nacre.engine.json.JsonObject;
import io.nacre.engine.scan.ondemand.OnDemandScan;
import io.nacre.engine.scan.ondemand.OnDemandScanner;
import io.nacre.linux.socket.PeerCredentials;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The commands behind {@code nacre scan}: one begins an on-demand scan or joins the one under way,
 * one replies with its progress and keeps it alive, and one ends it.
 */
final class OnDemandCommands {

  private static final String PATHS = "paths";

  private OnDemandCommands() {}

  /**
   * Returns the command that begins a scan of the {@code paths} in the request, or of everything
   * protected if the request has none.
   */
  static ControlCommand begin(OnDemandScanner scanner) {
    return new ControlCommand() {
      @Override
      public CompletionStage<Map<String, Object>> answer(JsonObject request, PeerCredentials peer) {
        List<String> paths = request.has(PATHS) ? request.getStrings(PATHS) : List.of();
        if (!paths.stream().allMatch(path -> path.startsWith("/") && path.indexOf('\0') < 0)) {
          return completed(Map.of("error", "paths must be absolute"));
        }
        return completed(
            scanner
                .begin(paths)
                .map(OnDemandCommands::answer)
                .orElseGet(() -> Map.of("error", "another scan is under way; wait for its end")));
      }

      @Override
      public List<Argument> arguments() {
        return List.of(Argument.optional(PATHS, Argument.Type.TEXTS));
      }

      @Override
      public boolean isPrivileged() {
        return true; // it opens files that the client may have no right to see
      }
    };
  }

  /** Returns the command that replies with the progress of the latest scan. */
  static ControlCommand progress(OnDemandScanner scanner) {
    return privileged(
        () ->
            scanner
                .progress()
                .map(OnDemandCommands::answer)
                .orElseGet(() -> Map.of("error", "no scan was begun since the engine started")));
  }

  /** Returns the command that ends the scan under way. */
  static ControlCommand stop(OnDemandScanner scanner) {
    return privileged(
        () -> {
          scanner.stop();
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
