package io.nacre.engine.scan.lookup;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.DirectoryEntries;
import io.nacre.linux.file.FileLocks;
import io.nacre.linux.file.Statx;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Look-ups of files that are scanned without an opener: protected regular files on local file
 * systems, on mounts of this namespace, without a lease.
 *
 * <p>Paths are strings in which each byte is one character. Belongs to one thread, which no other
 * thread may wait for: an open waits for the answer to its event, and for a lease taken this
 * moment. Only {@link #isCovered(FileVersion, long)} is for any thread.
 */
public final class LocalFileFinder implements AutoCloseable {
  private static final int LIST_BUFFER = 32 * 1024;

  /** The most entries of a listing: more than a program opens one after the other. */
  private static final int LISTED = 65_536;

  /** What a scan of a file would give. */
  public enum Need {
    /** A verdict, which would be cached. */
    SCAN,
    /** Nothing new: it is cached as clean. */
    CLEAN,
    /** Nothing new: it is cached as infected. */
    INFECTED,
    /** Nothing: it is empty, or no regular file on this mount. */
    NO_FILE,
    /** Nothing: it is bigger than a file may be. */
    TOO_BIG,
    /** A verdict that would not be cached: the file has just changed, or has a second name. */
    UNSETTLED,
    /** A wait: a process has a lease on it. */
    LEASED
  }

  /**
   * A file that was found.
   *
   * @param path a descriptor of O_PATH, which the caller closes
   */
  public record Found(Need need, Fd path, FileFacts facts) implements AutoCloseable {
    @Override
    public void close() {
      path.close();
    }
  }

  private final FileScope scope;
  private final OwnMounts ownMounts;
  private final CleanCache clean;
  private final InfectedFiles infected;
  private final Optional<FileLocks> locks;
  private final Statx statx = new Statx();
  private final NativeBuffer buffer = new NativeBuffer(LIST_BUFFER);

  /** Finds files in {@code scope}. */
  public LocalFileFinder(
      FileScope scope, OwnMounts ownMounts, CleanCache clean, InfectedFiles infected) {
    this.scope = scope;
    this.ownMounts = ownMounts;
    this.clean = clean;
    this.infected = infected;
    this.locks = openLocks();
  }

  private static Optional<FileLocks> openLocks() {
    try {
      return Optional.of(FileLocks.open());
    } catch (ErrnoException e) {
      return Optional.empty(); // a kernel without CONFIG_FILE_LOCKING has no leases
    }
  }

  /** Returns the number of the mount at {@code path}, without a query to its file system. */
  public long mountAt(String path) throws ErrnoException {
    return statx.probe(NativeBuffer.cString(bytes(path))).uniqueMountId();
  }

  /** Returns the target at {@code path}, without a query to its file system. */
  public ScanTarget target(String path) throws ErrnoException {
    statx.probe(NativeBuffer.cString(bytes(path)));
    return new ScanTarget(path, statx.uniqueMountId(), !statx.isDirectory());
  }

  /** Opens the directory that {@code path} is in, on the same mount. */
  public Directory openAbove(String path, long mountId) throws ErrnoException {
    return Directory.openOnMount(bytes(BytePaths.parent(path)), mountId);
  }

  /** Returns whether verdicts are cached of files on a mount, and it is of this namespace. */
  public boolean isCovered(FileVersion version, long mountId) {
    return ownMounts.contains(mountId) && clean.coversFilesystemOf(version, mountId);
  }

  /** Returns whether verdicts are cached of files in an open directory. */
  public boolean isCovered(Directory directory, long mountId) throws ErrnoException {
    return isCovered(FileVersion.of(statx.read(directory.fd().number())), mountId);
  }

  /**
   * Opens a directory that is protected.
   *
   * @throws ErrnoException {@code ENOENT} if it is not protected, {@code EXDEV} if it is on another
   *     mount
   */
  public Directory open(String path, long mountId) throws ErrnoException {
    byte[] bytes = bytes(path);
    if (!isProtected(bytes)) {
      throw new ErrnoException("openat2", Errno.ENOENT);
    }
    if (mountAt(path) != mountId) { // before a query to its file system
      throw new ErrnoException("openat2", Errno.EXDEV);
    }
    return Directory.openOnMount(bytes, mountId);
  }

  /** Returns whether the rules protect {@code path}. */
  public boolean isProtected(String path) {
    return isProtected(bytes(path));
  }

  private boolean isProtected(byte[] path) {
    return scope.rules().scopeOfFile(path, path.length) == PathRules.Scope.INSIDE;
  }

  /** Lists the files and directories at {@code path}. */
  public DirectoryListing list(String path, long mountId) throws ErrnoException {
    List<DirectoryEntry> entries = new ArrayList<>();
    DirectoryEntries names = new DirectoryEntries();
    try (Directory directory = open(path, mountId)) {
      int length = directory.list(buffer);
      while (length > 0 && entries.size() < LISTED) {
        names.over(buffer.bytes(), length);
        while (names.next()) {
          if (!names.isDot() && (names.isRegular() || names.mayBeDirectory())) {
            String name = new String(names.name(), StandardCharsets.ISO_8859_1);
            entries.add(
                new DirectoryEntry(name, entries.size(), names.inode(), !names.isRegular()));
          }
        }
        length = directory.list(buffer);
      }
    }
    return new DirectoryListing(entries);
  }

  /** Finds the file {@code name} in {@code directory} and its need; nothing is opened for that. */
  public Found find(Directory directory, String name, long mountId) throws ErrnoException {
    Fd path = directory.find(bytes(name));
    boolean isFound = false;
    try {
      FileFacts facts = FileFacts.of(statx.read(path.number()));
      Found found = new Found(need(facts, mountId), path, facts);
      isFound = true;
      return found;
    } finally {
      if (!isFound) {
        path.close();
      }
    }
  }

  private Need need(FileFacts facts, long mountId) throws ErrnoException {
    long size = facts.version().size();
    if (!statx.isRegular() || size == 0 || facts.mountId() != mountId) {
      return Need.NO_FILE;
    }
    if (size > scope.maxFileSizeBytes()) {
      return Need.TOO_BIG;
    }
    if (clean.contains(facts.version())) {
      return Need.CLEAN;
    }
    if (infected.size() > 0 && infected.signature(facts.version()).isPresent()) {
      return Need.INFECTED;
    }
    if (!clean.isCacheable(facts.version(), mountId)) {
      return Need.UNSETTLED;
    }
    boolean isLeased = locks.isPresent() && locks.get().mayBeLeased(facts.version().inode());
    return isLeased ? Need.LEASED : Need.SCAN;
  }

  @Override
  public void close() {
    locks.ifPresent(FileLocks::close);
  }

  private static byte[] bytes(String path) {
    return path.getBytes(StandardCharsets.ISO_8859_1);
  }
}
