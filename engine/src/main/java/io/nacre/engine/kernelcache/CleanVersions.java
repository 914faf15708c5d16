package io.nacre.engine.kernelcache;

import io.nacre.engine.verdict.FileVersion;

/** The user-space cache of clean files, as far as ignore marks depend on it; for any thread. */
public interface CleanVersions {
  /** Returns whether {@code version} is still cached as clean. */
  boolean contains(FileVersion version);

  /** Removes all versions of the file of {@code version}, which a process may have changed. */
  void invalidate(FileVersion version);

  /** Removes all files, since any of them may have changed. */
  void invalidateAll();
}
