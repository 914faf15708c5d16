package io.nacre.engine.request;

import io.nacre.engine.bulkhead.Bulkhead;
import io.nacre.engine.bulkhead.BulkheadCall;
import io.nacre.linux.Fd;
import io.nacre.linux.file.MountTypes;
import io.nacre.linux.file.MountedType;
import java.util.Optional;

/**
 * Closes descriptors without a wait for their file systems; for any thread.
 *
 * <p>close(2) of a file of a FUSE or network file system asks its server, and waits for the answer.
 * A FUSE daemon may wait for us meanwhile: for the answer to an open of its own. Files of local
 * file systems are closed at once. The others have threads of their own; if all of those hang, the
 * descriptors behind them stay open, and the budget of descriptors limits what follows.
 */
public final class AsyncCloser implements DescriptorCloser {
  private static final int THREADS = 8;

  private final MountTypes types;
  private final Bulkhead closes = Bulkhead.unbounded("nacre-closer", THREADS);

  /** A closer that knows by {@code types} what is local. */
  public AsyncCloser(MountTypes types) {
    this.types = types;
  }

  @Override
  public void close(Fd descriptor, long mountId) {
    if (isPrompt(mountId)) {
      descriptor.close();
    } else {
      Optional<BulkheadCall<Boolean>> unused =
          closes.begin(
              mountId,
              () -> {
                descriptor.close();
                return true;
              });
    }
  }

  @Override
  public boolean isPrompt(long mountId) {
    return MountedType.isLocal(types.of(mountId));
  }
}
