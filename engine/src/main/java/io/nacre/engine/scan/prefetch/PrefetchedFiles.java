package io.nacre.engine.scan.prefetch;

import io.nacre.engine.verdict.FileId;
import io.nacre.engine.verdict.FileVersion;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The guesses of which it is not known yet whether they were right; for any thread. */
final class PrefetchedFiles {
  private final Map<FileId, Prefetched> open = new ConcurrentHashMap<>();

  /** Adds a guess; returns false if there is one about the same file. */
  boolean add(Prefetched guess) {
    return open.putIfAbsent(guess.file(), guess) == null;
  }

  /** Returns whether there is a guess about {@code file}. */
  boolean contain(FileId file) {
    return open.containsKey(file);
  }

  /** Takes {@code guess} out; returns false if it was out already. */
  boolean remove(Prefetched guess) {
    return open.remove(guess.file(), guess);
  }

  /** Takes the guess about the file out that {@code version} is one of; without a lock if none. */
  Optional<Prefetched> take(FileVersion version) {
    if (open.isEmpty()) {
      return Optional.empty();
    }
    @Nullable Prefetched guess = open.remove(FileId.of(version));
    return Optional.ofNullable(guess);
  }
}
