package io.nacre.engine;

import io.nacre.engine.ahead.Sweep;
import io.nacre.engine.ahead.Sweeper;
import io.nacre.engine.ops.ControlCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The commands behind {@code nacre scan --protected}: one that begins a sweep or joins one, one
 * that has it go on and tells how far it is, and one that ends it.
 */
final class SweepCommands {

  private SweepCommands() {}

  static ControlCommand begin(Sweeper sweeper) {
    return privileged(() -> answer(sweeper.begin()));
  }

  static ControlCommand progress(Sweeper sweeper) {
    return privileged(
        () ->
            sweeper
                .progress()
                .map(SweepCommands::answer)
                .orElseGet(() -> Map.of("error", "no scan was begun since the engine started")));
  }

  static ControlCommand stop(Sweeper sweeper) {
    return privileged(
        () -> {
          sweeper.stop();
          return Map.of("stopping", true);
        });
  }

  /** It opens files that not everybody may know of. */
  private static ControlCommand privileged(Supplier<Map<String, Object>> answer) {
    return ControlCommand.privileged(() -> CompletableFuture.completedFuture(answer.get()));
  }

  private static Map<String, Object> answer(Sweep.Progress now) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("over", now.isOver());
    answer.put("at", now.at());
    answer.put("scanned", now.scanned());
    answer.put("clean", now.clean());
    answer.put("skipped", now.skipped());
    answer.put("infected", now.infected());
    answer.put("failed", now.failed());
    answer.put("found", found(now.found()));
    answer.put("problems", now.problems());
    return answer;
  }

  private static List<Map<String, String>> found(List<Sweep.Found> files) {
    return files.stream()
        .map(file -> Map.of("path", file.path(), "signature", file.signature()))
        .toList();
  }
}
