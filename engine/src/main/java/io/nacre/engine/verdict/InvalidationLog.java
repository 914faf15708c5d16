package io.nacre.engine.verdict;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The clean files that were invalidated since a copy of their table was begun, so that the copy can
 * be corrected. Bounded: beyond that, all files count as invalidated. For any thread.
 */
public final class InvalidationLog {
  private final int capacity;
  private final Set<FileId> files = ConcurrentHashMap.newKeySet();
  private volatile boolean isAll;

  InvalidationLog(int capacity) {
    this.capacity = capacity;
  }

  void add(FileId id) {
    if (isAll || files.size() >= capacity) {
      isAll = true;
    } else {
      files.add(id);
    }
  }

  void addAll() {
    isAll = true;
  }

  /** Returns whether all files count as invalidated. */
  public boolean isAll() {
    return isAll;
  }

  /** Returns the files that were invalidated, unless all were. */
  public Set<FileId> files() {
    return Set.copyOf(files);
  }
}
