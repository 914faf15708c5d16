package io.nacre.engine.detection;

import io.nacre.engine.request.DescriptorCloser;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntPredicate;

/**
 * Infected files that stay open behind their answer, so that what follows is about the very file
 * that was scanned: a copy of the descriptor of each, and no more of them than opens can spare. For
 * any thread.
 */
public final class RetainedFiles {
  private static final int MOST = 64;

  private final IntPredicate hasRoom;
  private final DescriptorCloser closer;
  private final AtomicInteger held = new AtomicInteger();
  private final LongAdder refused = new LongAdder();

  /** A file that is held, to be let go of once. */
  record Held(Fd fd, long mountId) {}

  /**
   * Holds files while there is room.
   *
   * @param hasRoom whether a descriptor of this number leaves enough for opens
   * @param closer closes where nobody waits for it
   */
  public RetainedFiles(IntPredicate hasRoom, DescriptorCloser closer) {
    this.hasRoom = hasRoom;
    this.closer = closer;
  }

  /** Holds what {@code fd} is open on, which stays its owner's; nothing if there is no room. */
  Optional<Held> hold(int fd, long mountId) {
    if (held.incrementAndGet() <= MOST) {
      try {
        Fd copy = Fd.copyOf(fd);
        if (hasRoom.test(copy.number())) {
          return Optional.of(new Held(copy, mountId));
        }
        copy.close(); // not the last one of that file, so that nobody is asked
      } catch (ErrnoException e) {
        // no number is left
      }
    }
    held.decrementAndGet();
    refused.increment();
    return Optional.empty();
  }

  /** Lets go of a file. */
  void release(Held file) {
    closer.close(file.fd(), file.mountId());
    held.decrementAndGet();
  }

  /** Returns how many files were not held, for want of room. */
  long refused() {
    return refused.sum();
  }
}
