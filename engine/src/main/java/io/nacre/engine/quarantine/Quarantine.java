package io.nacre.engine.quarantine;

import io.nacre.engine.verdict.FileId;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Inode;
import io.nacre.linux.file.Names;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ways into the quarantine, and the removal of a file: always the very file that a descriptor
 * is open on, whatever its path leads to by now. For any thread that may wait for a disk.
 *
 * <p>A file with one name on the same mount is moved. Otherwise its content is copied, since a
 * change of the inode would reach all of its names; and its name is removed when the copy is on the
 * disk. The order of the steps loses nothing, wherever they end:
 *
 * <pre>
 * move: ID.json on disk → name moved, checked → owner root, mode 0 → on disk
 * copy: content on disk, without a name → ID.json on disk → ID on disk (→ name checked, removed)
 * </pre>
 *
 * <p>Unfinished steps leave the file either where it was, or complete in the quarantine.
 */
public final class Quarantine {
  private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

  /** The part of the file system that copies leave free, so that no user can fill it. */
  private static final double LEFT_FREE = 0.05;

  private final Path path;
  private final long mostBytes;
  private final Function<byte[], String> printable;
  private final Clock clock;
  private final CopiedFiles copies = new CopiedFiles();

  /**
   * The quarantine at {@code path}, which is created if it does not exist.
   *
   * @param mostBytes the size up to which files are scanned; a file that grew beyond it stays
   * @param printable makes a path printable
   * @throws IOException if it cannot be created, or a user other than root could write to it or
   *     replace it
   */
  public Quarantine(Path path, long mostBytes, Function<byte[], String> printable, Clock clock)
      throws IOException {
    this.path = path;
    this.mostBytes = mostBytes;
    this.printable = printable;
    this.clock = clock;
    try (QuarantineStore store = QuarantineStore.create(path)) {
      store.removeUnfinished(clock.instant());
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EROFS) { // then each action fails, with that reason
        throw e;
      }
    }
  }

  /** Returns why the quarantine at {@code path} would be refused; changes nothing. */
  public static Optional<String> complaint(Path path) {
    return new QuarantineDirectory(path).complaint();
  }

  /** Moves the open {@code file} into the quarantine. */
  public ActionOutcome move(Fd file, QuarantineReason reason) {
    try (QuarantineStore store = QuarantineStore.open(path);
        SourceName origin = SourceName.of(file)) {
      if (origin.isIn(store.directory())) { // an earlier detection has moved it
        return unchanged(origin.path());
      }
      QuarantineEntry entry = put(store, origin, file, reason);
      return new ActionOutcome.Done(path.resolve(entry.id()) + otherNames(origin));
    } catch (IOException e) {
      return failed(e);
    }
  }

  /** Copies the open {@code file} into the quarantine, unless a copy is there. */
  public ActionOutcome copy(Fd file, QuarantineReason reason) {
    try (QuarantineStore store = QuarantineStore.open(path)) {
      byte[] from = new DescriptorPath().read(file.number()).bytes();
      if (store.contains(file, from)) { // or each scan of it would add a copy
        return unchanged(from);
      }
      Optional<String> known = copies.find(store, FileContent.sha256(file, mostBytes), from);
      if (known.isPresent()) {
        return new ActionOutcome.Done(path.resolve(known.get()) + "; as before");
      }
      QuarantineEntry entry = copy(store, file, from, /* isCopy= */ true, reason);
      copies.add(entry);
      return new ActionOutcome.Done(path.resolve(entry.id()).toString());
    } catch (IOException e) {
      return failed(e);
    }
  }

  /**
   * Removes the name of the open {@code file}, without a copy.
   *
   * @param quarantine the directory whose files are not removed
   */
  public static ActionOutcome remove(Fd file, Path quarantine) {
    try (SourceName origin = SourceName.of(file)) {
      if (PathWalk.text(origin.path()).startsWith(quarantine + "/")) {
        return new ActionOutcome.Failed("it is in the quarantine; see nacre quarantine delete");
      }
      origin.remove();
      return new ActionOutcome.Done(PathWalk.text(origin.path()) + otherNames(origin));
    } catch (IOException e) {
      return failed(e);
    }
  }

  private QuarantineEntry put(
      QuarantineStore store, SourceName origin, Fd file, QuarantineReason reason)
      throws IOException {
    long device = new Statx().read(store.directory().fd().number()).device();
    if (origin.otherNames() == 0 && origin.file().device() == device) {
      try {
        return moveWhole(store, origin, file, reason);
      } catch (ErrnoException e) {
        if (e.errno() != Errno.EXDEV) { // one file system may be mounted twice
          throw e;
        }
      }
    }
    QuarantineEntry entry = copy(store, file, origin.path(), /* isCopy= */ false, reason);
    try {
      origin.remove();
      return entry;
    } catch (IOException e) {
      withdraw(() -> store.delete(entry.id()), e);
      throw e;
    }
  }

  private QuarantineEntry moveWhole(
      QuarantineStore store, SourceName origin, Fd file, QuarantineReason reason)
      throws IOException {
    FileAttributes attributes = FileAttributes.of(file); // before reading, which changes a time
    String sha256 = FileContent.sha256(file, mostBytes);
    QuarantineEntry entry =
        store.addEntry(
            describe(file, origin.path(), /* isCopy= */ false, attributes, sha256, reason));
    try {
      origin.moveTo(store.directory(), QuarantineStore.bytes(entry.id()));
    } catch (IOException e) {
      withdraw(() -> store.removeEntry(entry.id()), e);
      throw e;
    }
    try {
      FileAttributes.lockAway(file);
      Inode.sync(file.number());
      store.sync();
      origin.sync();
    } catch (ErrnoException e) {
      LOG.warn("{} is where only root can reach it, but: {}", entry.id(), e.getMessage());
    }
    return entry;
  }

  private QuarantineEntry copy(
      QuarantineStore store, Fd file, byte[] from, boolean isCopy, QuarantineReason reason)
      throws IOException {
    FileAttributes attributes = FileAttributes.of(file);
    requireRoom(attributes.size());
    try (Fd draft = Names.createUnnamed(store.directory())) {
      String sha256 = FileContent.copy(file, draft, mostBytes);
      Inode.sync(draft.number());
      QuarantineEntry entry =
          store.addEntry(describe(file, from, isCopy, attributes, sha256, reason));
      try {
        Names.name(draft, store.directory(), QuarantineStore.bytes(entry.id()));
        store.sync();
        return entry;
      } catch (IOException e) {
        withdraw(() -> store.removeEntry(entry.id()), e);
        throw e;
      }
    }
  }

  private void requireRoom(long bytes) throws IOException {
    FileStore disk = Files.getFileStore(path);
    if (disk.getUsableSpace() - bytes < disk.getTotalSpace() * LEFT_FREE) {
      throw new RefusedException("too little room is left for a copy in " + path);
    }
  }

  private Function<String, QuarantineEntry> describe(
      Fd file,
      byte[] from,
      boolean isCopy,
      FileAttributes attributes,
      String sha256,
      QuarantineReason reason)
      throws IOException {
    Statx statx = new Statx().read(file.number());
    FileId which = new FileId(statx.device(), statx.subvolume(), statx.inode());
    int otherNames = Math.max(0, statx.links() - 1);
    String printed = printable.apply(from);
    String raw = Base64.getEncoder().encodeToString(from);
    Instant now = clock.instant();
    return id ->
        new QuarantineEntry(
            id, isCopy, printed, raw, which, otherNames, attributes, sha256, reason, now);
  }

  /** A step back. */
  private interface Undoing {
    void undo() throws IOException;
  }

  private static void withdraw(Undoing undoing, IOException why) {
    try {
      undoing.undo();
    } catch (IOException e) {
      why.addSuppressed(e); // a file too many in the quarantine; the infected one is where it was
    }
  }

  private static String otherNames(SourceName origin) {
    int count = origin.otherNames();
    return count == 0
        ? ""
        : "; "
            + count
            + " other "
            + (count == 1 ? "name" : "names")
            + " of it stay, and stay denied";
  }

  private static ActionOutcome unchanged(byte[] path) {
    return new ActionOutcome.Done(PathWalk.text(path) + "; as before");
  }

  private static ActionOutcome failed(IOException e) {
    return new ActionOutcome.Failed(String.valueOf(e.getMessage()));
  }
}
