package io.nacre.engine.watch.newfiles;

import io.nacre.engine.request.NewFileSink;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Directory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A thread that opens newly found files, of which it gets only path descriptors, and hands them on.
 *
 * <p>The open raises an event of the engine's own group and waits for the answer. The reader of
 * that event may block in the kernel, for {@code fs.lease-break-time}, on a lease that another
 * process has on the file. So no other thread ever waits for this thread. Meanwhile the next files
 * wait in a bounded queue; those that the sink does not take in time are counted as dropped.
 */
public final class FileOpener implements NewFileSink, AutoCloseable {
  /** The capacity of the queue; each file in it holds a descriptor. */
  static final int QUEUE = 256;

  static final long TIME_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int WAITING_MILLIS = 20;

  private final NewFileSink sink;
  private final LongSupplier nanoClock;
  private final BlockingQueue<Fd> paths = new LinkedBlockingQueue<>(QUEUE);
  private final Thread thread = new Thread(this::run, "file-opener");
  private volatile boolean closed;

  private FileOpener(NewFileSink sink, LongSupplier nanoClock) {
    this.sink = sink;
    this.nanoClock = nanoClock;
  }

  /** Starts to open files for {@code sink}. */
  public static FileOpener start(NewFileSink sink, LongSupplier nanoClock) {
    FileOpener opener = new FileOpener(sink, nanoClock);
    opener.thread.setDaemon(true); // it may hang in the kernel when everything else has ended
    opener.thread.start();
    return opener;
  }

  @Override
  public boolean offer(Fd path) {
    return !closed && paths.offer(path);
  }

  @Override
  public void dropped(int files) {
    sink.dropped(files);
  }

  @Override
  public void dropped(Fd file) {
    sink.dropped(file);
  }

  /**
   * Drops the files in the queue. No caller may offer any more; a file that is being opened is
   * closed then.
   */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    waiting().forEach(Fd::close);
  }

  private void run() {
    try {
      while (!closed) {
        open(paths.take());
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  private void open(Fd path) throws InterruptedException {
    Fd file;
    try {
      file = Directory.openForReading(path);
    } catch (ErrnoException e) {
      sink.dropped(path); // a process has a lease on it, for example
      return;
    }
    path.close();
    handOn(file);
  }

  private void handOn(Fd file) throws InterruptedException {
    long sinceNanos = nanoClock.getAsLong();
    boolean taken = false;
    try {
      taken = !closed && sink.offer(file);
      while (!taken && !closed) {
        if (nanoClock.getAsLong() - sinceNanos > TIME_LIMIT_NANOS) {
          taken = true;
          sink.dropped(file); // an open file keeps its file system mounted
          waiting().forEach(sink::dropped);
          return;
        }
        TimeUnit.MILLISECONDS.sleep(WAITING_MILLIS);
        taken = sink.offer(file);
      }
    } finally {
      if (!taken) {
        file.close();
      }
    }
  }

  /** Removes the files from the queue, and returns them. */
  private List<Fd> waiting() {
    List<Fd> waiting = new ArrayList<>();
    paths.drainTo(waiting);
    return waiting;
  }
}
