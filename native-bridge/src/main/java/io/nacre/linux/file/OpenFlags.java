package io.nacre.linux.file;

/** The flags of open(2); four of them differ between x86-64 and aarch64. */
public final class OpenFlags {
  public static final int O_RDONLY = 0;
  public static final int O_RDWR = 2;
  public static final int O_NONBLOCK = 04000;
  public static final int O_NOATIME = 01000000;
  public static final int O_CLOEXEC = 02000000;
  public static final int O_PATH = 010000000;

  public static final int O_DIRECTORY = of(System.getProperty("os.arch", "")).directory();
  public static final int O_NOFOLLOW = of(System.getProperty("os.arch", "")).noFollow();
  public static final int O_LARGEFILE = of(System.getProperty("os.arch", "")).largeFile();

  /** A file without a name; includes O_DIRECTORY. */
  public static final int O_TMPFILE = 020000000 | O_DIRECTORY;

  /** Stands for the working directory in the {@code …at} calls. */
  public static final int AT_FDCWD = -100;

  /** The call is about the descriptor itself; the path is empty. */
  static final int AT_EMPTY_PATH = 0x1000;

  private OpenFlags() {}

  /** The flags whose numbers a processor's ABI chooses. */
  record Abi(int directory, int noFollow, int largeFile) {}

  /** Returns the numbers for Java's name of a processor; from asm/fcntl.h of each. */
  static Abi of(String osArch) {
    return switch (osArch) {
      case "amd64", "x86_64" -> new Abi(0200000, 0400000, 0100000);
      case "aarch64" -> new Abi(040000, 0100000, 0400000);
      default -> throw new UnsupportedOperationException("processor " + osArch);
    };
  }
}
