package io.nacre.engine.scan.rescan;

import io.nacre.engine.request.AccessOutcome;
import io.nacre.engine.request.Answer;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.scan.rescan.RescanEntry.FileId;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** Entries as tests need them. */
final class RescanEntries {

  private RescanEntries() {}

  static AccessOutcome outcome(FallbackReason reason) {
    return new AccessOutcome(
        ScanTrigger.OPENED,
        new ProcessInfo(7, OptionalInt.of(0), Optional.of("/usr/bin/cat")),
        Instant.EPOCH,
        new Answer(Response.ALLOW, new Verdict.Unscanned(reason, ""), 1_000));
  }

  /** An entry for a file that need not exist. */
  static RescanEntry of(long inode) {
    return of(inode, "/f" + inode, FallbackReason.CLAMD_DOWN);
  }

  static RescanEntry of(long inode, String path, FallbackReason reason) {
    return new RescanEntry(new FileId(1, inode, 0, 0), path, outcome(reason), 0);
  }

  /** An entry for a file that is there. */
  static RescanEntry of(Path file) throws IOException {
    byte[] path = file.toRealPath().toString().getBytes(StandardCharsets.UTF_8);
    return new RescanEntry(
        FileId.of(new Statx().readPath(NativeBuffer.cString(path))),
        new String(path, StandardCharsets.ISO_8859_1),
        outcome(FallbackReason.CLAMD_DOWN),
        0);
  }
}
