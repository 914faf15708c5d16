package io.nacre.engine.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** A file that is open as the kernel opens it for an event: with a number that has no owner yet. */
public final class EventFile {
  private final int fd;
  private final String path;

  private EventFile(int fd, String path) {
    this.fd = fd;
    this.path = path;
  }

  /** Opens {@code file}, which may be a directory. */
  public static EventFile open(Path file) throws IOException {
    Path path = file.toRealPath();
    Path parent = Objects.requireNonNull(path.getParent());
    Path name = Objects.requireNonNull(path.getFileName());
    try (Directory directory = Directory.open(parent.toString().getBytes(UTF_8))) {
      int fd = directory.openFile(name.toString().getBytes(UTF_8)).release();
      return new EventFile(fd, path.toString());
    }
  }

  public int fd() {
    return fd;
  }

  /** Returns true while the number stands for this file; it may be another one's afterwards. */
  public boolean isOpen() {
    try {
      return new String(new DescriptorPath().read(fd).bytes(), UTF_8).startsWith(path);
    } catch (ErrnoException notOpen) {
      return false;
    }
  }

  /** Returns how many descriptors are open on {@code file}. */
  public static long openOn(Path file) {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      Path path = file.toRealPath();
      return descriptors.filter(descriptor -> leadsTo(descriptor, path)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean leadsTo(Path descriptor, Path path) {
    try {
      return Files.readSymbolicLink(descriptor).equals(path);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  /** For a test in which nothing else closes it. */
  public void close() {
    new Fd(fd).close();
  }
}
