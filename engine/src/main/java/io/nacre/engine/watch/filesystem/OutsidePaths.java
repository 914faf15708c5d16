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
 * A bounded queue of the paths of files that raised an event outside of the protected paths. The
 * reader threads fill it; the actor that silences such events takes from it.
 *
 * <p>{@link #offer} may be called from any thread, and never waits. It drops a path that there is
 * no room for: the next event of such a file brings it again.
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

  /** Sets whether offers are of any use; otherwise they are dropped. */
  void setWanted(boolean isWanted) {
    wanted = isWanted;
  }

  /** Returns the next path, if there is one. */
  Optional<PathBytes> poll() {
    return Optional.ofNullable(paths.poll());
  }

  /** Returns the descriptor that becomes readable when there is a path. */
  Fd fd() {
    return mail.fd();
  }

  /** Clears the signal; to be called before the paths are polled. */
  void clearSignal() {
    mail.clear();
  }

  @Override
  public void close() {
    wanted = false;
    mail.close();
  }
}
