package io.nacre.engine.scan.rescan;

import io.nacre.engine.bulkhead.Bulkhead;
import io.nacre.engine.scan.rescan.RescanEntry.FileId;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.RegularFile;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The opens of rescan entries, on a bulkhead. The file system of a user may never answer. And the
 * open raises an event of the engine's own group, whose reader may have to wait for a lease.
 *
 * <p>For a caller that opens one file after the other. A file system on which an open hangs takes
 * one thread, and no other file on it is opened meanwhile.
 */
final class RescanFileOpener implements AutoCloseable {

  /** The file cannot be opened now, because the open of another one of its file system hangs. */
  static final class BusyException extends Exception {
    private static final long serialVersionUID = 1;

    BusyException() {
      super("an open on its file system hangs");
    }
  }

  /** Opens the file of an entry, however long that takes. */
  @FunctionalInterface
  interface Open {
    Fd open(RescanEntry entry) throws ErrnoException;
  }

  /** The most file systems that may hang at the same time before no file is opened any more. */
  static final int THREADS = 16;

  private final Open open;
  private final Duration timeout;
  private final Bulkhead opens = Bulkhead.bounded("rescan-opener", THREADS, /* waiting= */ 0);

  /** An opener that waits no longer than {@code timeout}. */
  RescanFileOpener(Duration timeout) {
    this(RescanFileOpener::openNow, timeout);
  }

  RescanFileOpener(Open open, Duration timeout) {
    this.open = open;
    this.timeout = timeout;
  }

  /**
   * Opens the file of {@code entry} for reading, if its path still leads to it.
   *
   * @return completes with a descriptor, which the caller closes; or fails with an {@link
   *     ErrnoException}, a {@link java.util.concurrent.TimeoutException}, or a {@link
   *     BusyException}
   */
  CompletionStage<Fd> open(RescanEntry entry) {
    return opens
        .begin(entry.file().device(), () -> open.open(entry))
        .map(begun -> begun.within(timeout, /* late= */ Fd::close))
        .orElseGet(() -> CompletableFuture.failedFuture(new BusyException()));
  }

  @Override
  public void close() {
    opens.close();
  }

  private static Fd openNow(RescanEntry entry) throws ErrnoException {
    try (Fd path =
        RegularFile.find(entry.pathBytes(), found -> FileId.of(found).equals(entry.file()))) {
      return Directory.openForReading(path);
    }
  }
}
