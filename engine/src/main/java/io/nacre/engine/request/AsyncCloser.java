package io.nacre.engine.request;

import io.nacre.linux.Fd;
import io.nacre.linux.file.MountTypes;
import io.nacre.linux.file.MountedType;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Closes where nobody waits for it; for any thread.
 *
 * <p>close(2) of a file of a FUSE or network file system asks its server, and waits for the answer.
 * A FUSE daemon may wait for us meanwhile: for the answer to an open of its own. Files of local
 * file systems are closed at once. The others have a few threads; if all of those hang, what is to
 * be closed keeps its descriptor, and what follows is a matter of the budget of descriptors.
 */
public final class AsyncCloser implements DescriptorCloser {
  private static final int THREADS = 8;
  private static final int IDLE_SECONDS = 30;

  private final MountTypes types;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(), // no longer than there are descriptors
          task -> {
            Thread thread = new Thread(task, "nacre-closer");
            thread.setDaemon(true); // ends with us, whatever it waits for
            return thread;
          });

  /** A closer that knows by {@code types} what is local. */
  public AsyncCloser(MountTypes types) {
    this.types = types;
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public void close(Fd descriptor, long mountId) {
    if (isPrompt(mountId)) {
      descriptor.close();
    } else {
      threads.execute(descriptor::close);
    }
  }

  @Override
  public boolean isPrompt(long mountId) {
    return MountedType.isLocal(types.of(mountId));
  }
}
