package io.nacre.engine.scan.prefetch;

import io.nacre.engine.verdict.FileId;
import io.nacre.engine.verdict.FileVersion;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The prefetched files that were neither opened nor taken back yet; for any thread. */
final class PrefetchedFiles {
  private final Map<FileId, Prefetched> unopened = new ConcurrentHashMap<>();

  /** Adds {@code file}; returns false if it is there already. */
  boolean add(Prefetched file) {
    return unopened.putIfAbsent(file.id(), file) == null;
  }

  /** Returns whether the file {@code id} is among them. */
  boolean contains(FileId id) {
    return unopened.containsKey(id);
  }

  /** Removes {@code file}; returns false if it was removed already. */
  boolean remove(Prefetched file) {
    return unopened.remove(file.id(), file);
  }

  /** Removes and returns the file of {@code version}; without a lock if there is none at all. */
  Optional<Prefetched> take(FileVersion version) {
    if (unopened.isEmpty()) {
      return Optional.empty();
    }
    @Nullable Prefetched file = unopened.remove(FileId.of(version));
    return Optional.ofNullable(file);
  }
}
