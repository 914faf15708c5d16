package io.nacre.engine.clamd;

import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fanotify.FanotifyEvents;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
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
    /** It has loaded: it uses the new ones when it has answered the next commands. */
    OVER,
    /** Somebody opened signatures who is gone, and may have been clamd. */
    POSSIBLE,
    /** The directory is another one than before: it may have loaded from there, or does so. */
    EXCHANGED
  }

  private static final int BUFFER = 16 * 1024;
  private static final String NAME = "/clamd";

  private final DatabaseDirectory directory;
  private final int clamd;
  private final FanotifyGroup group;
  private final WatchedFiles files;
  private final NativeBuffer buffer = new NativeBuffer(BUFFER);
  private final FanotifyEvents events = new FanotifyEvents();
  private final ProcFs procFs = new ProcFs();

  /** Threads that load, and whether they are of the clamd that is watched. */
  private final Map<Integer, Boolean> loaders = new HashMap<>();

  /** The threads of clamd at the last look, and at the one before. */
  private Set<Integer> threads = Set.of();

  private Set<Integer> earlierThreads = Set.of();

  private DatabaseLoads(DatabaseDirectory directory, int clamd, FanotifyGroup group) {
    this.directory = directory;
    this.clamd = clamd;
    this.group = group;
    this.files = new WatchedFiles(directory, group);
  }

  /**
   * Begins to watch {@code directory}.
   *
   * @param clamd the process that loads from there, besides those that run a program of that name;
   *     0 if it is not known
   * @throws IOException if it cannot be watched
   */
  static DatabaseLoads of(DatabaseDirectory directory, int clamd) throws IOException {
    DatabaseLoads loads =
        new DatabaseLoads(directory, clamd, FanotifyGroup.open(FanotifyGroup.Kind.THREADS));
    try {
      boolean unused = loads.files.mark();
      if (loads.files.areMissing()) {
        throw new NoSuchFileException(directory.toString());
      }
      loads.threads = loads.threadsOfClamd();
      loads.earlierThreads = loads.threads;
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
    boolean isExchanged = files.mark();
    Set<Integer> now = threadsOfClamd();
    if (isExchanged) { // what came since the directory was last there may load, and was not seen
      now.stream()
          .filter(thread -> !earlierThreads.contains(thread))
          .forEach(thread -> loaders.put(thread, true));
    }
    earlierThreads = threads;
    threads = now;
    State seen = readEvents();
    return isExchanged ? State.EXCHANGED : seen;
  }

  /** Returns whether it loads as far as was seen at the last look, or may do so unseen. */
  boolean isUnderWay() {
    return !loaders.isEmpty() || files.areMissing();
  }

  private State readEvents() throws IOException {
    boolean isOver = false;
    boolean isPossible = false;
    for (int length = group.read(buffer); length > 0; length = group.read(buffer)) {
      events.over(buffer.bytes(), length);
      while (events.next()) {
        if (events.fd() >= 0) {
          new Fd(events.fd()).close();
        }
        if (events.isOverflow()) {
          isPossible = true;
          continue;
        }
        State opener = stateOf(events.pid());
        isOver |= opener == State.OVER;
        isPossible |= opener == State.POSSIBLE;
      }
    }
    for (Map.Entry<Integer, Boolean> loader : Map.copyOf(loaders).entrySet()) {
      if (!isLoading(loader.getKey())) {
        loaders.remove(loader.getKey());
        isOver |= loader.getValue();
        isPossible |= !loader.getValue();
      }
    }
    if (isOver) {
      return State.OVER;
    }
    return isPossible ? State.POSSIBLE : loaders.isEmpty() ? State.NONE : State.UNDER_WAY;
  }

  /** Returns what the open of a file by {@code thread} tells; notes one that loads. */
  private State stateOf(int thread) throws IOException {
    if (thread == 0) {
      throw new IOException("who loads signatures is outside of our process namespace");
    }
    boolean isOfClamd = isOfClamd(thread);
    if (isLoading(thread)) {
      loaders.put(thread, isOfClamd);
      return State.UNDER_WAY;
    }
    if (isOfClamd) {
      return State.OVER;
    }
    // Any other program is freshclam, or whoever puts files there.
    return procFs.program(thread).isEmpty() || isClamd(thread) ? State.POSSIBLE : State.NONE;
  }

  private boolean isLoading(int thread) {
    OptionalInt process = procFs.processOf(thread);
    return process.isPresent() && process.getAsInt() != thread && isClamd(thread);
  }

  private boolean isClamd(int thread) {
    return procFs.processOf(thread).equals(OptionalInt.of(clamd))
        || procFs.program(thread).filter(program -> program.endsWith(NAME)).isPresent();
  }

  /** Returns true of a thread of the very clamd; of any clamd, if it is not known which it is. */
  private boolean isOfClamd(int thread) {
    return clamd == 0 ? isClamd(thread) : procFs.processOf(thread).equals(OptionalInt.of(clamd));
  }

  /** Returns those of its threads that are not the first. */
  private Set<Integer> threadsOfClamd() {
    Set<Integer> all = new HashSet<>();
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc/" + clamd, "task"))) {
      for (Path task : tasks) {
        all.add(Integer.valueOf(task.getFileName().toString()));
      }
    } catch (IOException | DirectoryIteratorException e) {
      return Set.of(); // it is gone, or not known
    }
    all.remove(clamd);
    return all;
  }

  /** Returns the time of the newest file, and nothing if there is none. */
  Optional<Instant> newest() {
    Optional<Instant> newest = Optional.empty();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(directory.now())) {
      for (Path file : all) {
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
}
