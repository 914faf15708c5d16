package io.nacre.engine.quarantine;

import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Inode;
import io.nacre.linux.file.Names;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The way out of the quarantine, to a path where no file is. */
public final class Restore {

  /** What became of the file. */
  public sealed interface Result {

    /**
     * It is restored, with its owner, mode, times and attributes.
     *
     * @param notes further facts, as attributes that could not be set
     */
    record Restored(List<String> notes) implements Result {
      public Restored {
        notes = List.copyOf(notes);
      }
    }

    /** It stays, since clamd still finds {@code signature} in it. */
    record StillInfected(String signature) implements Result {}

    /** It stays, for another reason. */
    record Refused(String why) implements Result {}
  }

  private final QuarantineStore store;
  private final Optional<Function<Fd, Verdict>> scanner;

  /**
   * Restores from {@code store}, which stays the caller's.
   *
   * @param scanner scans an open file; empty to restore also an infected or changed file
   */
  public Restore(QuarantineStore store, Optional<Function<Fd, Verdict>> scanner) {
    this.store = store;
    this.scanner = scanner;
  }

  /** Restores the file of {@code entry} to {@code path}, which is absolute. */
  public Result to(QuarantineEntry entry, byte[] path) {
    try (Fd content = store.openContent(entry.id())) {
      List<String> notes = new ArrayList<>();
      Optional<Result> objection = objection(entry, content, notes);
      return objection.isPresent() ? objection.get() : restore(entry, content, path, notes);
    } catch (IOException e) {
      return new Result.Refused(String.valueOf(e.getMessage()));
    }
  }

  private Optional<Result> objection(QuarantineEntry entry, Fd content, List<String> notes)
      throws IOException {
    if (!isUnchanged(entry, content)) {
      String changed = "its content has changed in the quarantine: its size or SHA-256 differs";
      if (scanner.isPresent()) {
        return Optional.of(new Result.Refused(changed));
      }
      notes.add(changed);
    }
    return scanner
        .map(scan -> scan.apply(content))
        .flatMap(
            verdict -> {
              if (verdict instanceof Verdict.Infected infected) {
                return Optional.of(new Result.StillInfected(infected.signature()));
              }
              if (verdict instanceof Verdict.Unscanned unscanned) {
                return Optional.of(
                    new Result.Refused("it could not be scanned: " + unscanned.detail()));
              }
              return Optional.empty();
            });
  }

  /** A process that had it open for writing may have made it too big to be read: size first. */
  private static boolean isUnchanged(QuarantineEntry entry, Fd content) throws IOException {
    long size = entry.attributes().size();
    return new Statx().read(content.number()).size() == size
        && FileContent.sha256(content, size).equals(entry.sha256());
  }

  private Result restore(QuarantineEntry entry, Fd content, byte[] path, List<String> notes)
      throws IOException {
    List<byte[]> names = PathWalk.names(path);
    if (names.isEmpty()) {
      return new Result.Refused("a file cannot be at " + PathWalk.text(path));
    }
    int last = names.size() - 1;
    byte[] name = names.get(last);
    try (Directory directory = PathWalk.open(names.subList(0, last), PathWalk.Check.NONE)) {
      if (isTaken(directory, name)) {
        return taken(path);
      }
      if (device(directory.fd()) != device(content)
          || !moveBack(entry, content, directory, name, notes)) {
        copyBack(entry, content, directory, name, notes);
      }
      if ((entry.mode() & FileAttributes.SET_ID) != 0) {
        notes.add(
            "it acts as its owner or group when it is executed: mode "
                + QuarantineEntryJson.mode(entry.mode()));
      }
      return new Result.Restored(notes);
    } catch (ErrnoException e) {
      return e.errno() == Errno.EEXIST
          ? taken(path)
          : new Result.Refused(PathWalk.text(path) + ": " + e.getMessage());
    }
  }

  private static Result taken(byte[] path) {
    return new Result.Refused(PathWalk.text(path) + " exists, and a file is never replaced");
  }

  private static boolean isTaken(Directory directory, byte[] name) throws ErrnoException {
    try {
      directory.probe(name);
      return true;
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  /** Returns false, with nothing changed, if the directory is on another mount. */
  private boolean moveBack(
      QuarantineEntry entry, Fd content, Directory directory, byte[] name, List<String> notes)
      throws IOException {
    try {
      List<String> problems = entry.attributes().applyTo(content);
      Names.move(store.directory(), QuarantineStore.bytes(entry.id()), directory, name);
      notes.addAll(problems);
    } catch (ErrnoException e) {
      FileAttributes.lockAway(content);
      if (e.errno() == Errno.EXDEV) {
        return false;
      }
      throw e;
    }
    Inode.sync(content.number());
    Inode.sync(directory.fd().number());
    store.removeEntry(entry.id());
    return true;
  }

  /** The copy gets its name when all of it is on the disk. */
  private void copyBack(
      QuarantineEntry entry, Fd content, Directory directory, byte[] name, List<String> notes)
      throws IOException {
    try (Fd draft = Names.createUnnamed(directory)) {
      FileContent.copy(content, draft, Long.MAX_VALUE);
      notes.addAll(entry.attributes().applyTo(draft));
      Inode.sync(draft.number());
      Names.name(draft, directory, name);
      Inode.sync(directory.fd().number());
    }
    store.delete(entry.id());
  }

  private static long device(Fd file) throws ErrnoException {
    return new Statx().read(file.number()).device();
  }
}
