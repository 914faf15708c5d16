package io.nacre.engine.clamd;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fanotify.FanotifyEvents;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Sees clamd load signatures: by its opens of the files in its database directory. Belongs to one
 * thread.
 *
 * <p>clamd loads on a thread that ends when the new signatures are ready, or on its main one, which
 * takes no commands meanwhile. Its look whether files changed (SelfCheck) opens none of them, and
 * it cannot load without opening all. So nothing needs to be known of the files themselves: new
 * ones count when they are loaded, and not before.
 */
final class DatabaseLoads implements AutoCloseable {

  /** What clamd does. */
  enum State {
    /** It has loaded nothing since it was last asked for. */
    NONE,
    /** It loads; the signatures in use are still the old ones. */
    UNDER_WAY,
    /** It has loaded, or may have: it uses the new ones when it has answered the next commands. */
    OVER
  }

  private static final int BUFFER = 16 * 1024;
  private static final String NAME = "/clamd";

  private final Path directory;
  private final int clamd;
  private final FanotifyGroup group;
  private final NativeBuffer buffer = new NativeBuffer(BUFFER);
  private final FanotifyEvents events = new FanotifyEvents();
  private final ProcFs procFs = new ProcFs();
  private final Set<Integer> loaders = new HashSet<>();

  private DatabaseLoads(Path directory, int clamd, FanotifyGroup group) {
    this.directory = directory;
    this.clamd = clamd;
    this.group = group;
  }

  /**
   * Begins to watch {@code directory}.
   *
   * @param clamd the process that loads from there, besides those that run a program of that name;
   *     0 if it is not known
   * @throws IOException if it cannot be watched
   */
  static DatabaseLoads of(Path directory, int clamd) throws IOException {
    DatabaseLoads loads =
        new DatabaseLoads(directory, clamd, FanotifyGroup.open(FanotifyGroup.Kind.THREADS));
    try {
      loads.mark();
      return loads;
    } catch (IOException e) {
      loads.close();
      throw e;
    }
  }

  /**
   * Returns what clamd does, and did since the last call.
   *
   * @throws IOException if that cannot be told any more
   */
  State look() throws IOException {
    boolean isOver = false;
    mark(); // the directory, or what a link in it leads to, may be another one by now
    for (int length = group.read(buffer); length > 0; length = group.read(buffer)) {
      events.over(buffer.bytes(), length);
      while (events.next()) {
        if (events.fd() >= 0) {
          new Fd(events.fd()).close();
        }
        isOver |= events.isOverflow() || isLoader(events.pid());
      }
    }
    isOver |= loaders.removeIf(thread -> !isLoading(thread));
    return isOver ? State.OVER : loaders.isEmpty() ? State.NONE : State.UNDER_WAY;
  }

  /** Returns true if {@code thread} may have loaded signatures, and is gone or a main one. */
  private boolean isLoader(int thread) throws IOException {
    if (thread == 0) {
      throw new IOException("who loads signatures is outside of our process namespace");
    }
    if (isLoading(thread)) {
      loaders.add(thread);
      return false;
    }
    // Any other program is freshclam, or whoever puts files there; what is gone may have been
    // clamd.
    return procFs.program(thread).isEmpty() || isClamd(thread);
  }

  private boolean isLoading(int thread) {
    OptionalInt process = procFs.processOf(thread);
    return process.isPresent() && process.getAsInt() != thread && isClamd(thread);
  }

  private boolean isClamd(int thread) {
    return procFs.processOf(thread).equals(OptionalInt.of(clamd))
        || procFs.program(thread).filter(program -> program.endsWith(NAME)).isPresent();
  }

  /** Returns the time of the newest file, and nothing if there is none. */
  Optional<Instant> newest() {
    Optional<Instant> newest = Optional.empty();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Instant changed = Files.getLastModifiedTime(file).toInstant();
        newest = newest.filter(changed::isBefore).or(() -> Optional.of(changed));
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return newest;
  }

  @Override
  public void close() {
    group.close();
  }

  private void mark() throws IOException {
    mark(directory, FanotifyMask.FAN_OPEN | FanotifyMask.FAN_EVENT_ON_CHILD);
    try (DirectoryStream<Path> links = Files.newDirectoryStream(directory, Files::isSymbolicLink)) {
      for (Path link : links) {
        if (Files.exists(link)) {
          mark(link, FanotifyMask.FAN_OPEN); // what it leads to is opened in another directory
        }
      }
    }
  }

  private void mark(Path path, long mask) throws ErrnoException {
    group.mark(MarkType.INODE, mask, path.toString().getBytes(StandardCharsets.UTF_8));
  }
}
