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
 * Puts infected files away: the very file a descriptor is open on, whatever its path leads to by
 * now. For any thread that may wait for a disk.
 *
 * <p>A file with one name on the same mount is moved as it is. Else its content is copied, for
 * whatever is done to an inode is done under all of its names; and its name is taken away only when
 * the disk has the copy. The steps are in an order that loses nothing, wherever they end:
 *
 * <pre>
 * move: ID.json on disk → name moved, looked at → owner root, mode 0 → on disk
 * copy: content on disk, without a name → ID.json on disk → ID on disk (→ name looked at, removed)
 * </pre>
 *
 * What was not finished left either the file where it was, or all of it in the quarantine.
 */
public final class Quarantine {
  private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

  /** The part of its file system that copies leave free, so that no user can fill it with them. */
  private static final double LEFT_FREE = 0.05;

  private final Path path;
  private final long mostBytes;
  private final Function<byte[], String> printable;
  private final Clock clock;
  private final CopiedFiles copies = new CopiedFiles();

  /**
   * The quarantine at {@code path}, which is made if it is not there.
   *
   * @param mostBytes the biggest file that is scanned: a bigger one was made so since, and stays
   * @param printable makes a path printable
   * @throws IOException if it cannot be made, or others than root could write or replace it
   */
  public Quarantine(Path path, long mostBytes, Function<byte[], String> printable, Clock clock)
      throws IOException {
    this.path = path;
    this.mostBytes = mostBytes;
    this.printable = printable;
    this.clock = clock;
    try (QuarantineStore store = QuarantineStore.create(path)) {
      store.tidy(clock.instant());
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EROFS) { // then files cannot be put there, and are told so
        throw e;
      }
    }
  }

  /** Moves the file that {@code file} is open on into the quarantine. */
  public ActionOutcome move(Fd file, QuarantineReason finding) {
    try (QuarantineStore store = QuarantineStore.open(path);
        SourceName origin = SourceName.of(file)) {
      if (origin.isIn(store.directory())) { // put away by a detection a moment ago
        return there(origin.path());
      }
      QuarantineEntry entry = put(store, origin, file, finding);
      return new ActionOutcome.Done(path.resolve(entry.id()) + otherNames(origin));
    } catch (IOException e) {
      return failed(e);
    }
  }

  /** Copies the file that {@code file} is open on into the quarantine, unless it is there. */
  public ActionOutcome copy(Fd file, QuarantineReason finding) {
    try (QuarantineStore store = QuarantineStore.open(path)) {
      byte[] from = new DescriptorPath().read(file.number()).bytes();
      if (store.holds(file, from)) { // or each scan of it would make a copy more
        return there(from);
      }
      Optional<String> there = copies.find(store, FileContent.sha256(file, mostBytes), from);
      if (there.isPresent()) {
        return new ActionOutcome.Done(path.resolve(there.get()) + "; as before");
      }
      QuarantineEntry entry = copy(store, file, from, /* isCopy= */ true, finding);
      copies.add(entry);
      return new ActionOutcome.Done(path.resolve(entry.id()).toString());
    } catch (IOException e) {
      return failed(e);
    }
  }

  /**
   * Removes the name of the file that {@code file} is open on; nothing of it is kept.
   *
   * @param quarantine from where nothing is removed
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
      QuarantineStore store, SourceName origin, Fd file, QuarantineReason finding)
      throws IOException {
    long device = new Statx().read(store.directory().fd().number()).device();
    if (origin.otherNames() == 0 && origin.file().device() == device) {
      try {
        return moveWhole(store, origin, file, finding);
      } catch (ErrnoException e) {
        if (e.errno() != Errno.EXDEV) { // one file system may be mounted twice
          throw e;
        }
      }
    }
    QuarantineEntry entry = copy(store, file, origin.path(), /* isCopy= */ false, finding);
    try {
      origin.remove();
      return entry;
    } catch (IOException e) {
      withdraw(() -> store.delete(entry.id()), e);
      throw e;
    }
  }

  private QuarantineEntry moveWhole(
      QuarantineStore store, SourceName origin, Fd file, QuarantineReason finding)
      throws IOException {
    FileAttributes attributes = FileAttributes.of(file); // before it is read, which changes a time
    String sha256 = FileContent.sha256(file, mostBytes);
    QuarantineEntry entry =
        store.announce(
            describe(file, origin.path(), /* isCopy= */ false, attributes, sha256, finding));
    try {
      origin.moveTo(store.directory(), QuarantineStore.bytes(entry.id()));
    } catch (IOException e) {
      withdraw(() -> store.forget(entry.id()), e);
      throw e;
    }
    try {
      FileAttributes.takeFrom(file);
      Inode.sync(file.number());
      store.sync();
      origin.sync();
    } catch (ErrnoException e) {
      LOG.warn("{} is where nobody but root can reach it, but: {}", entry.id(), e.getMessage());
    }
    return entry;
  }

  private QuarantineEntry copy(
      QuarantineStore store, Fd file, byte[] from, boolean isCopy, QuarantineReason finding)
      throws IOException {
    FileAttributes attributes = FileAttributes.of(file);
    requireRoom(attributes.size());
    try (Fd draft = Names.createUnnamed(store.directory())) {
      String sha256 = FileContent.copy(file, draft, mostBytes);
      Inode.sync(draft.number());
      QuarantineEntry entry =
          store.announce(describe(file, from, isCopy, attributes, sha256, finding));
      try {
        Names.name(draft, store.directory(), QuarantineStore.bytes(entry.id()));
        store.sync();
        return entry;
      } catch (IOException e) {
        withdraw(() -> store.forget(entry.id()), e);
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
      QuarantineReason finding)
      throws IOException {
    Statx statx = new Statx().read(file.number());
    FileId which = new FileId(statx.device(), statx.subvolume(), statx.inode());
    int otherNames = Math.max(0, statx.links() - 1);
    String printed = printable.apply(from);
    String raw = Base64.getEncoder().encodeToString(from);
    Instant now = clock.instant();
    return id ->
        new QuarantineEntry(
            id, isCopy, printed, raw, which, otherNames, attributes, sha256, finding, now);
  }

  /** What is undone. */
  private interface Undoing {
    void undo() throws IOException;
  }

  private static void withdraw(Undoing undoing, IOException why) {
    try {
      undoing.undo();
    } catch (IOException e) {
      why.addSuppressed(e); // a file of the quarantine too many; the other one is where it was
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

  private static ActionOutcome there(byte[] path) {
    return new ActionOutcome.Done(PathWalk.text(path) + "; as before");
  }

  private static ActionOutcome failed(IOException e) {
    return new ActionOutcome.Failed(String.valueOf(e.getMessage()));
  }
}
