package io.nacre.engine.reload;

import java.util.Set;

/** The keys that only a new process applies. */
final class ProcessKeys {
  /** Of another kind of fanotify group, which cannot be handed over. */
  private static final String PREVENTION = "prevention";

  private static final Set<String> KEYS =
      Set.of(
          PREVENTION,
          "triggers",
          "require-prevention",
          "queue",
          "rescan-queue",
          "control.socket",
          "dead-man");

  private ProcessKeys() {}

  /** Returns whether only a new process applies {@code key}, which has no prefix. */
  static boolean needNewProcess(String key) {
    return KEYS.contains(key);
  }

  /** Returns whether no hand-over applies {@code key}: the engine must be stopped and started. */
  static boolean needStop(String key) {
    return key.equals(PREVENTION);
  }
}
