package io.nacre.engine.verdict;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The cache of infected verdicts: versions of files, with the signatures found. For any thread.
 *
 * <p>Bounded: the least recently used version is evicted. No thread opens a file or logs while it
 * has the lock, so that a reader thread may take it.
 */
public final class InfectedFiles {
  private static final FileVersion NONE = new FileVersion(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

  private final Map<FileVersion, String> signatures;
  private int generation;
  private volatile int size;

  /** A cache of at most {@code capacity} versions. */
  public InfectedFiles(int capacity) {
    this.signatures = new LeastRecentlyUsed(capacity);
  }

  /** Loads every class and links every call site, so that no reader thread waits for that. */
  public synchronized void warmUp() {
    add(NONE, "", generation);
    signature(NONE);
    clear();
  }

  /** Returns the signature found in {@code version}, or nothing if it is not cached. */
  public synchronized Optional<String> signature(FileVersion version) {
    return Optional.ofNullable(signatures.get(version));
  }

  /** Returns the generation of the signatures; to be read before a scan, for {@link #add}. */
  public synchronized int generation() {
    return generation;
  }

  /**
   * Adds the {@code signature} found in {@code version} by a scan that began in {@code generation};
   * does nothing if the signatures have changed since.
   */
  public synchronized void add(FileVersion version, String signature, int generation) {
    if (generation == this.generation) {
      signatures.put(version, signature);
      size = signatures.size();
    }
  }

  /**
   * Removes all versions, and those of scans under way, since the signatures have changed. Returns
   * the number of versions.
   */
  public synchronized long clear() {
    long cleared = size;
    generation++;
    signatures.clear();
    size = 0;
    return cleared;
  }

  /** Returns a copy of all versions with their signatures, the least recently used first. */
  public synchronized Map<FileVersion, String> copy() {
    return new LinkedHashMap<>(signatures);
  }

  /** Returns the number of versions, without a lock. */
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
