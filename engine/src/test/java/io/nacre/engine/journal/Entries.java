package io.nacre.engine.journal;

import io.nacre.engine.journal.JournalEntry.FileId;
import io.nacre.engine.request.Answer;
import io.nacre.engine.request.Occasion;
import io.nacre.engine.request.Opener;
import io.nacre.engine.request.Passage;
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
final class Entries {

  private Entries() {}

  static Passage passage(FallbackReason reason) {
    return new Passage(
        Occasion.OPENED,
        new Opener(7, OptionalInt.of(0), Optional.of("/usr/bin/cat")),
        Instant.EPOCH,
        new Answer(Response.ALLOW, new Verdict.Unscanned(reason, ""), 1_000));
  }

  /** An entry for a file that need not exist. */
  static JournalEntry of(long inode) {
    return of(inode, "/f" + inode, FallbackReason.CLAMD_DOWN);
  }

  static JournalEntry of(long inode, String path, FallbackReason reason) {
    return new JournalEntry(new FileId(1, inode, 0, 0), path, passage(reason), 0);
  }

  /** An entry for a file that is there. */
  static JournalEntry of(Path file) throws IOException {
    byte[] path = file.toRealPath().toString().getBytes(StandardCharsets.UTF_8);
    return new JournalEntry(
        FileId.of(new Statx().readPath(NativeBuffer.cString(path))),
        new String(path, StandardCharsets.ISO_8859_1),
        passage(FallbackReason.CLAMD_DOWN),
        0);
  }
}
