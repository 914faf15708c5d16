package io.nacre.engine.watch.filesystem;

import io.nacre.engine.request.OutsideFileSink;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.WakeUp;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Paths of files that raised an event although nobody asked to protect them, on their way from the
 * readers to whoever keeps the kernel from telling of them again.
 *
 * <p>{@link #offer} may be called from any thread, waits for nobody and forgets what there is no
 * room for: the next event of such a file brings it again.
 */
public final class OutsidePaths implements OutsideFileSink, AutoCloseable {
  private static final int CAPACITY = 256;

  private final ArrayBlockingQueue<PathBytes> paths = new ArrayBlockingQueue<>(CAPACITY);
  private final WakeUp mail;
  private volatile boolean wanted;

  private OutsidePaths(WakeUp mail) {
    this.mail = mail;
  }

  /** Opens an empty queue. */
  public static OutsidePaths open() throws ErrnoException {
    return new OutsidePaths(WakeUp.open());
  }

  @Override
  public void offer(byte[] path, int length) {
    if (wanted && length > 1 && path[0] == '/') {
      if (paths.offer(PathBytes.of(Arrays.copyOf(path, length))) && paths.size() == 1) {
        mail.signal();
      }
    }
  }

  /** Says whether there is any use in offers. */
  void setWanted(boolean isWanted) {
    wanted = isWanted;
  }

  /** Returns the next path, if there is one. */
  Optional<PathBytes> poll() {
    return Optional.ofNullable(paths.poll());
  }

  /** Returns what becomes readable when there is a path. */
  Fd fd() {
    return mail.fd();
  }

  /** Takes back the signal; to be called before the paths are polled. */
  void clearSignal() {
    mail.clear();
  }

  @Override
  public void close() {
    wanted = false;
    mail.close();
  }
}
