package io.nacre.engine.request;

import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.file.Statx;

/**
 * What the kernel said of a file when its event was read.
 *
 * @param mountId the mount it was opened through, by a number that is never used again; -1 on a
 *     kernel that has none
 * @param isRootOnly whether its owner and mode let only root write it
 */
public record FileFacts(FileVersion version, long mountId, boolean isRootOnly) {

  /** The kernel said nothing. No cache, no file system and no other file matches these facts. */
  public static final FileFacts UNKNOWN =
      new FileFacts(new FileVersion(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), -1, /* isRootOnly= */ false);

  /** Returns the facts of the file that {@code statx} has read. */
  public static FileFacts of(Statx statx) {
    boolean isRootOnly = statx.isWritableByRootOnly() || statx.isSealed();
    return new FileFacts(FileVersion.of(statx), statx.uniqueMountId(), isRootOnly);
  }

  /** Returns false if the kernel said nothing. */
  @SuppressWarnings("ReferenceEquality") // the one constant
  public boolean isKnown() {
    return this != UNKNOWN;
  }
}
