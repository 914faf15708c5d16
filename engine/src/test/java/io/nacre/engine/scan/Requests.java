package io.nacre.engine.scan;

import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.request.RequestBuilder;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.Fd;
import io.nacre.linux.fanotify.FanotifyGroup;

/** Jobs without a kernel and without a file: they can be completed, and are never closed. */
final class Requests {
  static final long SMALL = 100;
  static final long BIG = Lane.BIG_BYTES + 1;

  private static final int NOT_OPEN = Integer.MAX_VALUE;
  private static final JobContext CONTEXT =
      new JobContext(FanotifyGroup.over(new Fd(NOT_OPEN)), new AnswerCounts());

  private long arrivals;

  /** A request to open a file of {@code size}, which no other request is about. */
  PendingScan open(int user, long size) {
    return request(user, ScanTrigger.OPENED, facts(version(1_000 + arrivals, size, 0)));
  }

  /** A request to execute a file of {@code size}. */
  PendingScan exec(int user, long size) {
    return request(user, ScanTrigger.EXECUTED, facts(version(1_000 + arrivals, size, 0)));
  }

  /** A file of {@code size} that was written. */
  PendingScan written(long size) {
    FileFacts facts = facts(version(1_000 + arrivals, size, 0));
    return new PendingScan(
        arrivals++, BackgroundScan.written(CONTEXT, NOT_OPEN, 0, facts, 0), PendingScan.NO_USER);
  }

  /** A request to open the file with the number {@code inode} when it was last changed then. */
  PendingScan openFile(long inode, long changed) {
    return request(0, ScanTrigger.OPENED, facts(version(inode, SMALL, changed)));
  }

  /** A request to open an unknown file. */
  PendingScan openUnknown() {
    return request(0, ScanTrigger.OPENED, FileFacts.UNKNOWN);
  }

  static FileVersion version(long inode, long size, long changed) {
    return new FileVersion(1, 0, inode, size, changed, 0, changed, 0, 0, 0, 1);
  }

  static FileFacts facts(FileVersion version) {
    return new FileFacts(version, 1, false);
  }

  private PendingScan request(int user, ScanTrigger trigger, FileFacts facts) {
    return new PendingScan(
        arrivals++,
        RequestBuilder.of(CONTEXT, NOT_OPEN).trigger(trigger).facts(facts).waiting(false).build(),
        user);
  }
}
