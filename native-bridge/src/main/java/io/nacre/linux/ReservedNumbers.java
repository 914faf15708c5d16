package io.nacre.linux;

import java.util.Arrays;

/**
 * Descriptor numbers that are occupied, so that the kernel gives no file one of them. Belongs to
 * one thread at a time.
 */
public final class ReservedNumbers implements AutoCloseable {
  private static final int F_DUPFD_CLOEXEC = 1030;

  private final Fd source;
  private int[] numbers = new int[256];
  private int count;

  private ReservedNumbers(Fd source) {
    this.source = source;
  }

  /** Returns an object that occupies no number yet. */
  public static ReservedNumbers open() throws ErrnoException {
    return new ReservedNumbers(Fd.orThrow("eventfd", IoLib.eventfd(0, 0)));
  }

  /**
   * Occupies every free number below {@code bound}.
   *
   * @throws ErrnoException {@code EMFILE} if the process may not have as many descriptors
   */
  public void reserveBelow(int bound) throws ErrnoException {
    while (true) {
      int number = IoLib.fcntl(source.number(), F_DUPFD_CLOEXEC, 0); // the lowest that is free
      if (number < 0) {
        throw ErrnoException.last("fcntl");
      }
      if (number >= bound) {
        IoLib.close(number);
        return;
      }
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, count * 2);
      }
      numbers[count++] = number;
    }
  }

  /** Returns how many numbers are occupied. */
  public int count() {
    return count;
  }

  /** Frees all numbers. */
  @Override
  public void close() {
    for (int i = 0; i < count; i++) {
      IoLib.close(numbers[i]);
    }
    count = 0;
    source.close();
  }
}
