package io.nacre.engine.scan.rescan;

import io.nacre.engine.request.AccessOutcome;
import io.nacre.linux.file.Statx;
import java.nio.charset.StandardCharsets;

/**
 * A file that got past the scan.
 *
 * @param file which one it is, whatever its path leads to by now
 * @param path its path then: the bytes that the kernel gave, as ISO 8859-1
 * @param passage how it got past, the last time that it did
 * @param tries scans of it that failed since
 */
record RescanEntry(FileId file, String path, AccessOutcome passage, int tries) {

  /** A file by its number and its birth: a number is used again when its file is gone. */
  record FileId(long device, long inode, long bornSeconds, int bornNanos) {

    static FileId of(Statx statx) {
      return new FileId(statx.device(), statx.inode(), statx.bornSeconds(), statx.bornNanos());
    }
  }

  byte[] pathBytes() {
    return path.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Returns the bytes that somebody else chose the length of. */
  int bytes() {
    return path.length() + passage.process().program().map(String::length).orElse(0);
  }

  RescanEntry triedAgain() {
    return new RescanEntry(file, path, passage, tries + 1);
  }
}
