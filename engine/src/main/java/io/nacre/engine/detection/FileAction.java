package io.nacre.engine.detection;

import io.nacre.engine.detection.record.ActionResult;
import io.nacre.engine.detection.record.Detection;
import io.nacre.linux.Fd;

/**
 * What is done with an infected file, after the answer. May wait for a disk, and never throws: a
 * failure is a result.
 */
public interface FileAction {
  /** Leaves the file where it is. */
  FileAction NOTHING = (file, detection) -> ActionResult.NONE;

  /**
   * Acts on the file of {@code detection}.
   *
   * @param file open for reading on the very file that was scanned, whatever its path leads to by
   *     now; stays the caller's
   */
  ActionResult on(Fd file, Detection detection);
}
