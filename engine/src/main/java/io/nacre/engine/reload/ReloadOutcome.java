package io.nacre.engine.reload;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outcome of one reload.
 *
 * @param at when it ended
 * @param applied the changed keys that the engine works by now
 * @param byHandOver the changed keys that a successor applies, which takes over now
 * @param byRestart the changed keys that apply when the engine is stopped and started
 * @param controlSocket where the engine, or its successor, listens; empty if nowhere
 * @param problems why the configuration is refused; empty if it is not
 */
public record ReloadOutcome(
    Instant at,
    List<String> applied,
    List<String> byHandOver,
    List<String> byRestart,
    Optional<Path> controlSocket,
    List<String> problems) {
  public ReloadOutcome {
    applied = List.copyOf(applied);
    byHandOver = List.copyOf(byHandOver);
    byRestart = List.copyOf(byRestart);
    problems = List.copyOf(problems);
  }

  static ReloadOutcome refused(Instant at, List<String> problems) {
    return new ReloadOutcome(at, List.of(), List.of(), List.of(), Optional.empty(), problems);
  }

  /** Returns whether the configuration is refused, and nothing has changed. */
  public boolean isRefused() {
    return !problems.isEmpty();
  }

  /** Returns the outcome on one line. */
  public String text() {
    if (isRefused()) {
      return "refused: " + String.join("; ", problems);
    }
    List<String> parts = new ArrayList<>();
    add(parts, "applied: ", applied);
    add(parts, "by hand-over: ", byHandOver);
    add(parts, "only when it is stopped and started: ", byRestart);
    return parts.isEmpty() ? "nothing has changed" : String.join("; ", parts);
  }

  private static void add(List<String> parts, String name, List<String> keys) {
    if (!keys.isEmpty()) {
      parts.add(name + String.join(", ", keys));
    }
  }

  /** Returns the outcome as values that JSON can hold. */
  public Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("at", at.toString());
    values.put("applied", applied);
    values.put("by-hand-over", byHandOver);
    values.put("by-restart", byRestart);
    values.put("pid", ProcessHandle.current().pid());
    values.put("control-socket", controlSocket.map(Path::toString).orElse(""));
    values.put("problems", problems);
    values.put("text", text());
    return values;
  }
}
