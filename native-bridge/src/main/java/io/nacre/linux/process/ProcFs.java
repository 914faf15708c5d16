package io.nacre.linux.process;

import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.OpenFlags;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What procfs says of another process; belongs to one thread.
 *
 * <p>Safe while that process waits for us: procfs cannot be marked, and only files are read for
 * which the kernel does not wait on the process ({@code status}, {@code exe}, {@code comm}; never
 * {@code environ} or {@code maps}, which wait for an exec that is under way).
 */
public final class ProcFs {
  private static final int BUFFER_SIZE = 4096;
  private static final byte[] UID = "\nUid:".getBytes(StandardCharsets.US_ASCII);

  private final NativeBuffer path = new NativeBuffer(64);
  private final NativeBuffer buffer = new NativeBuffer(BUFFER_SIZE);

  /** Returns our own process. */
  public static int self() {
    return ProcessLib.getpid();
  }

  /** Returns the user we act as. */
  public static int effectiveUserOfSelf() {
    return ProcessLib.geteuid();
  }

  /**
   * Returns the user process {@code pid} acts as, or nothing if it is gone or outside our process
   * namespace. Not the owner of {@code /proc/PID}, which is root for a process that is not
   * dumpable, and any process can make itself so.
   */
  public OptionalInt effectiveUser(int pid) {
    int length = read(pid, "status");
    int line = indexOf(UID, length);
    if (line < 0) {
      return OptionalInt.empty();
    }
    // "Uid:\treal\teffective\tsaved\tfilesystem", proc_pid_status(5)
    int position = skipNumber(line + UID.length, length);
    return number(position, length);
  }

  /** Returns true if process {@code pid} runs the program at {@code path}; allocates little. */
  public boolean runs(int pid, String path) {
    putPath(pid, "exe");
    long length = ProcessLib.readlink(this.path.address(), buffer.address(), BUFFER_SIZE);
    if (length != path.length()) {
      return false; // programs of scanners have ASCII paths
    }
    for (int i = 0; i < length; i++) {
      if (buffer.bytes().get(i) != (byte) path.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the path of the program process {@code pid} runs, or nothing if it has none. */
  public Optional<String> program(int pid) {
    putPath(pid, "exe");
    long length = ProcessLib.readlink(path.address(), buffer.address(), BUFFER_SIZE);
    return length <= 0
        ? Optional.empty()
        : Optional.of(new String(buffer.copy(0, (int) length), StandardCharsets.UTF_8));
  }

  /** Returns the short name of process {@code pid}, at most 15 bytes, or nothing if it is gone. */
  public Optional<String> name(int pid) {
    int length = read(pid, "comm");
    if (length > 0 && buffer.bytes().get(length - 1) == '\n') {
      length--;
    }
    return length <= 0
        ? Optional.empty()
        : Optional.of(new String(buffer.copy(0, length), StandardCharsets.UTF_8));
  }

  private int read(int pid, String file) {
    if (pid <= 0) {
      return 0;
    }
    putPath(pid, file);
    int fd = ProcessLib.open(path.address(), OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC);
    if (fd < 0) {
      return 0;
    }
    try {
      return (int) Math.max(0, ProcessLib.read(fd, buffer.address(), BUFFER_SIZE));
    } finally {
      ProcessLib.close(fd);
    }
  }

  private void putPath(int pid, String file) {
    byte[] bytes = ("/proc/" + pid + "/" + file + "\0").getBytes(StandardCharsets.US_ASCII);
    path.bytes().put(0, bytes);
  }

  private int indexOf(byte[] key, int length) {
    for (int i = 0; i + key.length <= length; i++) {
      int k = 0;
      while (k < key.length && buffer.bytes().get(i + k) == key[k]) {
        k++;
      }
      if (k == key.length) {
        return i;
      }
    }
    return -1;
  }

  private int skipNumber(int from, int length) {
    int position = from;
    while (position < length && !isDigit(position)) {
      position++;
    }
    while (position < length && isDigit(position)) {
      position++;
    }
    return position;
  }

  private OptionalInt number(int from, int length) {
    int position = from;
    while (position < length && buffer.bytes().get(position) == '\t') {
      position++;
    }
    int start = position;
    long value = 0;
    while (position < length && isDigit(position)) {
      value = value * 10 + (buffer.bytes().get(position++) - '0');
    }
    return position == start ? OptionalInt.empty() : OptionalInt.of((int) value);
  }

  private boolean isDigit(int position) {
    byte b = buffer.bytes().get(position);
    return b >= '0' && b <= '9';
  }
}
