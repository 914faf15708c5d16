package io.nacre.engine.verdict;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The versions of files that clamd found infected, with their signatures; for any thread.
 *
 * <p>Bounded: the one that was asked for longest ago makes room. Nobody opens a file or logs while
 * he holds the lock, so that a reader may take it.
 */
public final class InfectedFiles {
  private static final FileVersion NONE = new FileVersion(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

  private final Map<FileVersion, String> signatures;
  private int generation;
  private volatile int size;

  /** A table for at most {@code capacity} versions. */
  public InfectedFiles(int capacity) {
    this.signatures = new LeastRecentlyUsed(capacity);
    // Has every class loaded and every call site linked, before a reader must wait for that.
    add(NONE, "", generation);
    signature(NONE);
    clear();
  }

  /** Returns the signature found in {@code version}, or nothing if none is known. */
  public synchronized Optional<String> signature(FileVersion version) {
    return Optional.ofNullable(signatures.get(version));
  }

  /** Returns the number of the present set of signatures; ask before a scan, for {@link #add}. */
  public synchronized int generation() {
    return generation;
  }

  /**
   * Remembers that {@code signature} was found in {@code version} by a scan that began in {@code
   * generation}; does nothing if the signatures have changed since.
   */
  public synchronized void add(FileVersion version, String signature, int generation) {
    if (generation == this.generation) {
      signatures.put(version, signature);
      size = signatures.size();
    }
  }

  /**
   * Forgets everything, and what is found by scans under way: there are other signatures now.
   * Returns how many versions were known.
   */
  public synchronized long clear() {
    long known = size;
    generation++;
    signatures.clear();
    size = 0;
    return known;
  }

  /** Returns the number of versions known; without a lock. */
  public int size() {
    return size;
  }

  private static final class LeastRecentlyUsed extends LinkedHashMap<FileVersion, String> {
    private static final long serialVersionUID = 1;
    private static final float LOAD = 0.75f;

    private final int capacity;

    LeastRecentlyUsed(int capacity) {
      super(16, LOAD, /* accessOrder= */ true);
      this.capacity = capacity;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<FileVersion, String> eldest) {
      return size() > capacity;
    }
  }
}
