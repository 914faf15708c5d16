package io.nacre.engine.scan.rescan;

import io.nacre.engine.request.AccessOutcome;
import io.nacre.linux.file.Statx;
import java.nio.charset.StandardCharsets;

/**
 * A file that was allowed unscanned.
 *
 * @param file the identity of the file, wherever its path leads by now
 * @param path its path at that time: the bytes of the kernel, as ISO 8859-1
 * @param access its last access without a scan
 * @param tries the number of its scans that failed since
 */
record RescanEntry(FileId file, String path, AccessOutcome access, int tries) {

  /** The number and birth of a file: a number is used again when its file is gone. */
  record FileId(long device, long inode, long bornSeconds, int bornNanos) {

    static FileId of(Statx statx) {
      return new FileId(statx.device(), statx.inode(), statx.bornSeconds(), statx.bornNanos());
    }
  }

  byte[] pathBytes() {
    return path.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Returns the number of bytes whose length an unprivileged user can choose. */
  int bytes() {
    return path.length() + access.process().program().map(String::length).orElse(0);
  }

  RescanEntry withOneMoreTry() {
    return new RescanEntry(file, path, access, tries + 1);
  }
}
