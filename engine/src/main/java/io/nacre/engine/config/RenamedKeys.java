package io.nacre.engine.config;

import java.util.Map;

/** The keys of earlier builds that have another name now, or are gone. */
final class RenamedKeys {
  private static final Map<String, String> INSTEAD =
      Map.of(
          "nacre.journal", "is called nacre.rescan-queue now",
          "nacre.scan-ahead", "is called nacre.prefetch now",
          "nacre.cache.snapshot", "does not exist any more; take the line away");

  private RenamedKeys() {}

  /** Returns what became of {@code key}; empty if it never existed. */
  static String instead(String key) {
    return INSTEAD.getOrDefault(key, "");
  }
}
