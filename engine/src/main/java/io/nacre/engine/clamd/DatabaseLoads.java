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
 * Observes clamd while it loads signatures: by its opens of the files in its database directory.
 * Belongs to one thread.
 *
 * <p>clamd loads on a thread that ends when the new signatures are ready, or on its main thread,
 * which takes no commands meanwhile. A load opens every file. SelfCheck, which checks whether files
 * changed, opens none. So new files count when clamd loads them, and not before.
 */
final class DatabaseLoads implements AutoCloseable {

  /** What clamd did since the last check. */
  enum State {
    /** clamd loaded nothing. */
    NONE,
    /** clamd loads; it still uses the old signatures. */
    IN_PROGRESS,
    /** clamd has loaded; it uses the new signatures once it has answered the next commands. */
    COMPLETED,
    /** A process that has ended opened signatures; it may have been clamd. */
    POSSIBLE,
    /**
     * The directory is another one than before; clamd may have loaded from it, or may do so now.
     */
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

  /** The threads that load, and whether they belong to the observed clamd. */
  private final Map<Integer, Boolean> loaders = new HashMap<>();

  /** The threads of clamd at the last check. */
  private Set<Integer> threads = Set.of();

  /** The threads of clamd at the check before the last. */
  private Set<Integer> earlierThreads = Set.of();

  private DatabaseLoads(DatabaseDirectory directory, int clamd, FanotifyGroup group) {
    this.directory = directory;
    this.clamd = clamd;
    this.group = group;
    this.files = new WatchedFiles(directory, group);
  }

  /**
   * Begins to observe {@code directory}.
   *
   * @param clamd the process that loads from there, besides processes with a program of that name;
   *     0 if it is not known
   * @throws IOException if the directory cannot be marked
   */
  static DatabaseLoads of(DatabaseDirectory directory, int clamd) throws IOException {
    DatabaseLoads loads =
        new DatabaseLoads(directory, clamd, FanotifyGroup.open(FanotifyGroup.Kind.THREADS));
    try {
      boolean unused = loads.files.mark();
      if (loads.files.isMissing()) {
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
   * Returns what clamd did since the last check.
   *
   * @throws IOException if the directory cannot be observed any more
   */
  State check() throws IOException {
    boolean isExchanged = files.mark();
    Set<Integer> now = threadsOfClamd();
    if (isExchanged) { // a thread that is newer than the last marks may load unobserved
      now.stream()
          .filter(thread -> !earlierThreads.contains(thread))
          .forEach(thread -> loaders.put(thread, true));
    }
    earlierThreads = threads;
    threads = now;
    State seen = readEvents();
    return isExchanged ? State.EXCHANGED : seen;
  }

  /** Returns true if clamd loads by the last check, or may load unobserved. */
  boolean isInProgress() {
    return !loaders.isEmpty() || files.isMissing();
  }

  private State readEvents() throws IOException {
    boolean isCompleted = false;
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
        isCompleted |= opener == State.COMPLETED;
        isPossible |= opener == State.POSSIBLE;
      }
    }
    for (Map.Entry<Integer, Boolean> loader : Map.copyOf(loaders).entrySet()) {
      if (!isLoading(loader.getKey())) {
        loaders.remove(loader.getKey());
        isCompleted |= loader.getValue();
        isPossible |= !loader.getValue();
      }
    }
    if (isCompleted) {
      return State.COMPLETED;
    }
    return isPossible ? State.POSSIBLE : loaders.isEmpty() ? State.NONE : State.IN_PROGRESS;
  }

  /**
   * Returns the state that the open of a file by {@code thread} shows; adds a thread that loads.
   */
  private State stateOf(int thread) throws IOException {
    if (thread == 0) {
      throw new IOException(
          "the process that loads signatures is outside of our process namespace");
    }
    boolean isOfClamd = isOfClamd(thread);
    if (isLoading(thread)) {
      loaders.put(thread, isOfClamd);
      return State.IN_PROGRESS;
    }
    if (isOfClamd) {
      return State.COMPLETED;
    }
    // Any other program puts files there, as freshclam does.
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

  /** Returns true for a thread of the observed clamd; of any clamd if its process is not known. */
  private boolean isOfClamd(int thread) {
    return clamd == 0 ? isClamd(thread) : procFs.processOf(thread).equals(OptionalInt.of(clamd));
  }

  /** Returns all threads of clamd but the main thread. */
  private Set<Integer> threadsOfClamd() {
    Set<Integer> all = new HashSet<>();
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc/" + clamd, "task"))) {
      for (Path task : tasks) {
        all.add(Integer.valueOf(task.getFileName().toString()));
      }
    } catch (IOException | DirectoryIteratorException e) {
      return Set.of(); // clamd has ended, or is not known
    }
    all.remove(clamd);
    return all;
  }

  /** Returns the modification time of the newest file, if there is one. */
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
