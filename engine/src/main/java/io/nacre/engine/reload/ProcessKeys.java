package io.nacre.engine.reload;

import java.util.Set;

/** The keys that only a new process applies. */
final class ProcessKeys {
  private static final Set<String> KEYS =
      Set.of(
          "prevention",
          "triggers",
          "require-prevention",
          "queue",
          "rescan-queue",
          "control.socket",
          "dead-man");

  private ProcessKeys() {}

  /** Returns whether only a new process applies {@code key}, which has no prefix. */
  static boolean contains(String key) {
    return KEYS.contains(key);
  }
}
