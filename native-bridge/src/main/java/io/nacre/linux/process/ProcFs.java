package io.nacre.linux.process;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.OpenFlags;
import io.nacre.linux.file.Statx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The state of other processes, by procfs; belongs to one thread.
 *
 * <p>Safe while that process waits for an answer: procfs cannot be marked, and only files are read
 * for which the kernel does not wait for the process ({@code status}, {@code exe}, {@code comm};
 * never {@code environ} or {@code maps}, which wait for an exec that is under way). {@link
 * #commandLine} is the exception.
 */
public final class ProcFs {
  private static final int BUFFER_SIZE = 4096;
  private static final byte[] PROC = ascii("/proc/");
  private static final byte[] DIRECTORY = ascii("\0");
  private static final byte[] STATUS = ascii("/status\0");
  private static final byte[] EXE = ascii("/exe\0");
  private static final byte[] COMM = ascii("/comm\0");
  private static final byte[] CGROUP = ascii("/cgroup\0");
  private static final byte[] COMMAND_LINE = ascii("/cmdline\0");
  private static final byte[] PROCESS = ascii("\nTgid:");
  private static final byte[] PARENT = ascii("\nPPid:");
  private static final byte[] NUMBERS = ascii("\nNSpid:");

  /** Fields of /proc/PID/stat behind the name, counted from 0. */
  private static final int SESSION = 3;

  private static final int STIME = 12;

  private static final int START_TIME = 19;

  /** The kernel's USER_HZ. */
  private static final Duration TICK = Duration.ofMillis(10);

  /** The suffix of the path of a file that was removed or replaced, as after an upgrade. */
  private static final byte[] DELETED = ascii(" (deleted)");

  private final Statx statx = new Statx();
  private final NativeBuffer path = new NativeBuffer(64);
  private final NativeBuffer buffer = new NativeBuffer(BUFFER_SIZE);

  /** Returns this process. */
  public static int self() {
    return ProcessLib.getpid();
  }

  /** Returns the effective user of this process. */
  public static int effectiveUserOfSelf() {
    return ProcessLib.geteuid();
  }

  /**
   * Returns the effective user of process {@code pid}, or nothing if it is gone or outside our
   * process namespace: the owner of the directory {@code /proc/PID}, which is the effective user
   * even of a process that made itself not dumpable, unlike the owner of what is in it. Five times
   * as fast as reading {@code status}.
   */
  public OptionalInt effectiveUser(int pid) {
    if (pid <= 0) {
      return OptionalInt.empty();
    }
    putPath(pid, DIRECTORY);
    try {
      return OptionalInt.of(statx.probe(path).uid());
    } catch (ErrnoException e) {
      return OptionalInt.empty();
    }
  }

  /** Returns the process of {@code thread}, or nothing if it is gone. */
  public OptionalInt processOf(int thread) {
    int length = read(thread, STATUS);
    int line = indexOf(PROCESS, length);
    return line < 0 ? OptionalInt.empty() : number(line + PROCESS.length, length);
  }

  /** Returns the process that started process {@code pid} and still lives, or nothing. */
  public OptionalInt parent(int pid) {
    int length = read(pid, STATUS);
    int line = indexOf(PARENT, length);
    return line < 0 ? OptionalInt.empty() : number(line + PARENT.length, length);
  }

  /**
   * Returns true if process {@code pid} has no process number but ours: those of containers, which
   * count their own processes, have a second one. Returns false also if that is unknown.
   */
  public boolean isInOurPidNamespace(int pid) {
    int length = read(pid, STATUS);
    int line = indexOf(NUMBERS, length);
    if (line < 0) {
      return false;
    }
    // "NSpid:\tours\ttheirs…\n"
    int position = skipNumber(line + NUMBERS.length, length);
    return position < length && buffer.bytes().get(position) == '\n';
  }

  /**
   * Copies the path of the program process {@code pid} runs into {@code program}, which has room
   * for a page, and allocates nothing. A program that was replaced or removed since it was started
   * has the path it had.
   *
   * @return the length of the path, or -1 if it is unknown
   */
  public int program(int pid, byte[] program) {
    int length = readProgram(pid);
    if (length > 0) {
      buffer.bytes().get(0, program, 0, length);
    }
    return length;
  }

  /** Returns the same path as {@link #program(int, byte[])}, or nothing if there is none. */
  public Optional<String> program(int pid) {
    int length = readProgram(pid);
    return length <= 0
        ? Optional.empty()
        : Optional.of(new String(buffer.copy(0, length), StandardCharsets.UTF_8));
  }

  /** Returns the short name of process {@code pid}, at most 15 bytes, or nothing if it is gone. */
  public Optional<String> name(int pid) {
    int length = read(pid, COMM);
    if (length > 0 && buffer.bytes().get(length - 1) == '\n') {
      length--;
    }
    return length <= 0
        ? Optional.empty()
        : Optional.of(new String(buffer.copy(0, length), StandardCharsets.UTF_8));
  }

  /**
   * Returns how long the first thread of process {@code pid} has run on a processor so far, in
   * steps of 10 ms; nothing if the process is gone.
   */
  public Duration mainThreadTime(int pid) {
    List<String> fields = stat(pid);
    if (fields.size() <= STIME) {
      return Duration.ZERO;
    }
    long ticks = Long.parseLong(fields.get(STIME - 1)) + Long.parseLong(fields.get(STIME));
    return TICK.multipliedBy(ticks);
  }

  /**
   * Returns when process {@code pid} was started, in steps of 10 ms since the machine was; 0 if it
   * is gone. A number is used again, but not with the same start.
   */
  public long startedAt(int pid) {
    List<String> fields = stat(pid);
    return fields.size() <= START_TIME ? 0 : Long.parseLong(fields.get(START_TIME));
  }

  /** Returns the session process {@code pid} is in, as setsid(2) made it; 0 if it is gone. */
  public int session(int pid) {
    List<String> fields = stat(pid);
    return fields.size() <= SESSION ? 0 : Integer.parseInt(fields.get(SESSION));
  }

  /** Returns the lines of {@code /proc/PID/cgroup}, as cgroups(7) has them; none if it is gone. */
  public List<String> cgroups(int pid) {
    int length = read(pid, CGROUP);
    return new String(buffer.copy(0, length), StandardCharsets.UTF_8).lines().toList();
  }

  /**
   * Returns the first page of the command line of process {@code pid}, each argument with a NUL
   * behind it; nothing if it is gone.
   *
   * <p>Unlike the other methods this reads the memory of the process, and waits if that waits, for
   * a FUSE file system for example. Only for a thread that no other thread waits for.
   */
  public byte[] commandLine(int pid) {
    return buffer.copy(0, read(pid, COMMAND_LINE));
  }

  private List<String> stat(int pid) {
    int length = read(pid, ascii("/task/" + pid + "/stat\0"));
    String stat = new String(buffer.copy(0, length), StandardCharsets.US_ASCII);
    // "pid (name) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime
    // stime …", proc_pid_stat(5); the name may hold anything
    return List.of(stat.substring(stat.lastIndexOf(')') + 1).strip().split(" "));
  }

  private int readProgram(int pid) {
    if (pid <= 0) {
      return -1;
    }
    putPath(pid, EXE);
    int length = (int) ProcessLib.readlink(path.address(), buffer.address(), BUFFER_SIZE);
    return endsWithDeleted(length) ? length - DELETED.length : length;
  }

  private boolean endsWithDeleted(int length) {
    if (length <= DELETED.length) {
      return false;
    }
    for (int i = 0; i < DELETED.length; i++) {
      if (buffer.bytes().get(length - DELETED.length + i) != DELETED[i]) {
        return false;
      }
    }
    return true;
  }

  private int read(int pid, byte[] file) {
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

  private void putPath(int pid, byte[] file) {
    int end = PROC.length;
    for (int rest = pid; rest > 0; rest /= 10) {
      end++;
    }
    path.bytes().put(0, PROC);
    path.bytes().put(end, file);
    int rest = pid;
    for (int i = end - 1; i >= PROC.length; i--) {
      path.bytes().put(i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
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

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
