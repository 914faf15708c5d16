package io.nacre.engine.scan.rescan;

import io.nacre.engine.scan.rescan.RescanEntry.FileId;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.RegularFile;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Opens the files of entries, on threads that nobody waits for: a file system of somebody's own may
 * never answer, and the open raises an event of our own group, whose reader may have to wait for
 * the end of somebody's lease.
 *
 * <p>For a caller who opens one file after the other. A file system on which an open hangs holds
 * one thread, and nothing else on it is opened meanwhile.
 */
final class RescanFileOpener implements AutoCloseable {

  /** The file cannot be opened for now, because another one of its file system cannot. */
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

  /** File systems that may hang at the same time before nothing at all is opened any more. */
  static final int THREADS = 16;

  private static final int KEEP_SECONDS = 10;

  private final Open open;
  private final Duration patience;
  private final Set<Long> openingOn = ConcurrentHashMap.newKeySet();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          0,
          THREADS,
          KEEP_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          RescanFileOpener::daemon,
          new ThreadPoolExecutor.AbortPolicy());

  /** An opener that waits no longer than {@code patience}. */
  RescanFileOpener(Duration patience) {
    this(RescanFileOpener::openNow, patience);
  }

  RescanFileOpener(Open open, Duration patience) {
    this.open = open;
    this.patience = patience;
  }

  /**
   * Opens the file of {@code entry} for reading, if it still is where it was.
   *
   * @return completes with a descriptor that is the caller's; or fails with an {@link
   *     ErrnoException}, a {@link java.util.concurrent.TimeoutException}, or a {@link
   *     BusyException}
   */
  CompletionStage<Fd> open(RescanEntry entry) {
    long device = entry.file().device();
    if (!openingOn.add(device)) {
      return CompletableFuture.failedFuture(new BusyException());
    }
    CompletableFuture<Fd> opened = new CompletableFuture<>();
    try {
      threads.execute(() -> open(entry, opened));
    } catch (RejectedExecutionException e) {
      openingOn.remove(device);
      return CompletableFuture.failedFuture(new BusyException());
    }
    return opened.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private void open(RescanEntry entry, CompletableFuture<Fd> opened) {
    try {
      Fd file = open.open(entry);
      openingOn.remove(entry.file().device()); // before the caller can ask for the next one
      if (!opened.complete(file)) {
        file.close(); // nobody waited that long
      }
    } catch (ErrnoException | RuntimeException e) {
      openingOn.remove(entry.file().device());
      opened.completeExceptionally(e);
    }
  }

  private static Fd openNow(RescanEntry entry) throws ErrnoException {
    try (Fd path =
        RegularFile.find(entry.pathBytes(), found -> FileId.of(found).equals(entry.file()))) {
      return Directory.openForReading(path);
    }
  }

  /** It may hang in the kernel when everything else has ended. */
  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "journal-opener");
    thread.setDaemon(true);
    return thread;
  }
}
