package io.nacre.engine.caching;

import io.nacre.engine.kernelcache.CleanVersions;
import io.nacre.engine.verdict.CleanFiles;
import io.nacre.engine.verdict.FileVersion;

/** The clean files as the kernel cache uses them. */
record CleanFileVersions(CleanFiles files) implements CleanVersions {

  @Override
  public boolean contains(FileVersion version) {
    return files.contains(version);
  }

  @Override
  public void invalidate(FileVersion version) {
    files.invalidate(version);
  }

  @Override
  public void invalidateAll() {
    long unused = files.clear();
  }
}
