package io.nacre.engine.detection;

import io.nacre.engine.request.DescriptorCloser;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntPredicate;

/**
 * Infected files that stay open after their answer, so that hash and action are about the very file
 * that was scanned. Each is a copy of the descriptor, and their number leaves enough descriptors
 * for opens. For any thread.
 */
public final class RetainedFiles {
  private static final int FILES_MAX = 64;

  private final IntPredicate hasRoom;
  private final DescriptorCloser closer;
  private final AtomicInteger count = new AtomicInteger();
  private final LongAdder refused = new LongAdder();

  /** A retained file, to be released once. */
  record Retained(Fd fd, long mountId) {}

  /**
   * Retains files while there is room.
   *
   * @param hasRoom whether a descriptor of this number leaves enough for opens
   * @param closer closes without blocking the reporter
   */
  public RetainedFiles(IntPredicate hasRoom, DescriptorCloser closer) {
    this.hasRoom = hasRoom;
    this.closer = closer;
  }

  /**
   * Retains the file that {@code fd} is open on; empty if there is no room. The caller keeps fd.
   */
  Optional<Retained> retain(int fd, long mountId) {
    if (count.incrementAndGet() <= FILES_MAX) {
      try {
        Fd copy = Fd.copyOf(fd);
        if (hasRoom.test(copy.number())) {
          return Optional.of(new Retained(copy, mountId));
        }
        copy.close(); // another descriptor is open, so no server is asked
      } catch (ErrnoException e) {
        // no number is free
      }
    }
    count.decrementAndGet();
    refused.increment();
    return Optional.empty();
  }

  /** Closes a retained file. */
  void release(Retained file) {
    closer.close(file.fd(), file.mountId());
    count.decrementAndGet();
  }

  /** Returns the number of files that were not retained, because there was no room. */
  long refused() {
    return refused.sum();
  }
}
