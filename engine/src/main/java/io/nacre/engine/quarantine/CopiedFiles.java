package io.nacre.engine.quarantine;

import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files that were copied into the quarantine, so that a file that is opened again and again is
 * copied once. Bounded; for any thread.
 */
final class CopiedFiles {
  private static final int FILES_MAX = 10_000;
  private static final float LOAD = 0.75f;

  private final Map<String, String> ids =
      new LinkedHashMap<>(16, LOAD, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > FILES_MAX;
        }
      };
  private boolean isRead;

  /** Returns the id of the copy with that hash from {@code path}, if {@code store} has it. */
  synchronized Optional<String> find(QuarantineStore store, String sha256, byte[] path)
      throws IOException {
    if (!isRead) {
      store.list().stream().filter(QuarantineEntry::isCopy).forEach(this::add);
      isRead = true;
    }
    String id = ids.get(key(sha256, Base64.getEncoder().encodeToString(path)));
    return id != null && store.hasContent(id) ? Optional.of(id) : Optional.empty();
  }

  /** Adds a copy. */
  synchronized void add(QuarantineEntry entry) {
    ids.put(key(entry.sha256(), entry.rawPath()), entry.id());
  }

  private static String key(String sha256, String rawPath) {
    return sha256 + " " + rawPath;
  }
}
