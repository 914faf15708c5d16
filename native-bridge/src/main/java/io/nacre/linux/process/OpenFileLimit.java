package io.nacre.linux.process;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The limit of open descriptors of this process: {@code RLIMIT_NOFILE} of getrlimit(2). */
public final class OpenFileLimit {
  private static final int RLIMIT_NOFILE = 7;
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /*
   * struct rlimit {          // offset
   *     rlim_t rlim_cur;     //  0
   *     rlim_t rlim_max;     //  8
   * };                       // 16
   */
  private static final int SIZE = 16;
  private static final int CURRENT = 0;
  private static final int MAXIMUM = 8;

  private OpenFileLimit() {}

  /** Returns the limit in force. */
  public static long current() throws ErrnoException {
    return get().bytes().getLong(CURRENT);
  }

  /**
   * Raises the limit to the highest that is allowed.
   *
   * @return the limit then in force
   */
  public static long raise() throws ErrnoException {
    NativeBuffer limits = get();
    long maximum = limits.bytes().getLong(MAXIMUM);
    limits.bytes().putLong(CURRENT, maximum);
    int failed = ProcessLib.setrlimit(RLIMIT_NOFILE, limits.address());
    Reference.reachabilityFence(limits);
    if (failed < 0) {
      throw ErrnoException.last("setrlimit");
    }
    return maximum;
  }

  /** Returns how many descriptors this process has open, including those of this call. */
  public static long used() throws IOException {
    long count = Files.size(DESCRIPTORS); // Linux 6.2
    if (count > 0) {
      return count;
    }
    try (Stream<Path> each = Files.list(DESCRIPTORS)) {
      return each.count();
    }
  }

  /** Returns the highest number of an open descriptor of this process. */
  public static int highest() throws IOException {
    try (Stream<Path> each = Files.list(DESCRIPTORS)) {
      return each.mapToInt(path -> Integer.parseInt(path.getFileName().toString())).max().orElse(0);
    }
  }

  private static NativeBuffer get() throws ErrnoException {
    NativeBuffer limits = new NativeBuffer(SIZE);
    if (ProcessLib.getrlimit(RLIMIT_NOFILE, limits.address()) < 0) {
      throw ErrnoException.last("getrlimit");
    }
    return limits;
  }
}
