package io.nacre.engine.scan;

import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.Fd;
import io.nacre.linux.fanotify.FanotifyGroup;
import java.util.Optional;

/** Requests without a kernel and without a file: they can be answered, and are never closed. */
final class Requests {
  static final long SMALL = 100;
  static final long BIG = Lane.BIG_BYTES + 1;

  private static final int NOT_OPEN = Integer.MAX_VALUE;
  private static final PermissionRequest.Context CONTEXT =
      new PermissionRequest.Context(
          FanotifyGroup.over(new Fd(NOT_OPEN)), FallbackPolicy.ALLOW_ALL, new AnswerCounts());

  private long arrivals;

  /** A request to open a file of {@code size}, which nobody else opens. */
  PendingScan open(int user, long size) {
    return ticket(user, ScanTrigger.OPENED, Optional.of(version(1_000 + arrivals, size, 0)));
  }

  /** A request to execute a file of {@code size}. */
  PendingScan exec(int user, long size) {
    return ticket(user, ScanTrigger.EXECUTED, Optional.of(version(1_000 + arrivals, size, 0)));
  }

  /** A file of {@code size} that was written. */
  PendingScan written(long size) {
    return ticket(
        PendingScan.NOBODY, ScanTrigger.WRITTEN, Optional.of(version(1_000 + arrivals, size, 0)));
  }

  /** A request to open the file with the number {@code inode} when it was last changed then. */
  PendingScan openFile(long inode, long changed) {
    return ticket(0, ScanTrigger.OPENED, Optional.of(version(inode, SMALL, changed)));
  }

  /** A request to open a file of which nothing is known. */
  PendingScan openUnknown() {
    return ticket(0, ScanTrigger.OPENED, Optional.empty());
  }

  static FileVersion version(long inode, long size, long changed) {
    return new FileVersion(1, 0, inode, size, changed, 0, changed, 0, 0, 0, 1);
  }

  private PendingScan ticket(int user, ScanTrigger occasion, Optional<FileVersion> version) {
    PermissionRequest request =
        new PermissionRequest(
            CONTEXT,
            NOT_OPEN,
            0,
            occasion,
            version.map(v -> new FileFacts(v, 1, false)),
            /* waiting= */ false,
            0,
            1);
    return new PendingScan(arrivals++, request, user);
  }
}
