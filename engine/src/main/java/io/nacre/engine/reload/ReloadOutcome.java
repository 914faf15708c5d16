package io.nacre.engine.reload;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The outcome of one reload.
 *
 * @param at when it ended
 * @param applied the changed keys that the engine works by now
 * @param byRestart the changed keys that only a new process applies
 * @param problems why the configuration is refused; empty if it is not
 */
public record ReloadOutcome(
    Instant at, List<String> applied, List<String> byRestart, List<String> problems) {
  public ReloadOutcome {
    applied = List.copyOf(applied);
    byRestart = List.copyOf(byRestart);
    problems = List.copyOf(problems);
  }

  static ReloadOutcome refused(Instant at, List<String> problems) {
    return new ReloadOutcome(at, List.of(), List.of(), problems);
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
    if (applied.isEmpty() && byRestart.isEmpty()) {
      return "nothing has changed";
    }
    String live = applied.isEmpty() ? "" : "applied: " + String.join(", ", applied);
    String later = byRestart.isEmpty() ? "" : "needs a restart: " + String.join(", ", byRestart);
    return live + (live.isEmpty() || later.isEmpty() ? "" : "; ") + later;
  }

  /** Returns the outcome as values that JSON can hold. */
  public Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("at", at.toString());
    values.put("applied", applied);
    values.put("by-restart", byRestart);
    values.put("problems", problems);
    values.put("text", text());
    return values;
  }
}
