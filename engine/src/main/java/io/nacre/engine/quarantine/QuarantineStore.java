package io.nacre.engine.quarantine;

import io.nacre.engine.json.Json;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.DirectoryEntries;
import io.nacre.linux.file.Inode;
import io.nacre.linux.file.Names;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The open directory of the quarantine. A file has its content in {@code ID}, with mode 0, and the
 * facts about it in {@code ID.json}.
 *
 * <p>{@code ID.json} is written first and deleted last, so that no crash leaves a content without
 * its facts. Both get their names when all of them is on the disk.
 */
public final class QuarantineStore implements AutoCloseable {
  private static final String JSON = ".json";
  private static final int ENTRY_MODE = 0600;
  private static final int JSON_MAX = 1 << 20;
  private static final int LIST_BUFFER = 32_768;
  private static final int ATTEMPTS = 100;

  /** Longer than it takes to move or copy the largest file. */
  private static final Duration UNFINISHED_MAX = Duration.ofDays(1);

  private final Path path;
  private final Directory directory;

  private QuarantineStore(Path path, Directory directory) {
    this.path = path;
    this.directory = directory;
  }

  /**
   * Opens the quarantine at {@code path}.
   *
   * @throws IOException if it does not exist, or a user other than root could write to it or
   *     replace it
   */
  public static QuarantineStore open(Path path) throws IOException {
    return new QuarantineStore(path, new QuarantineDirectory(path).open());
  }

  /**
   * Opens the quarantine at {@code path}, and creates it if it does not exist.
   *
   * @throws IOException if it cannot be created, or a user other than root could write to it or
   *     replace it
   */
  public static QuarantineStore create(Path path) throws IOException {
    return new QuarantineStore(path, new QuarantineDirectory(path).create());
  }

  /** Returns its path. */
  public Path path() {
    return path;
  }

  /** Returns its directory, which the store closes. */
  Directory directory() {
    return directory;
  }

  /** Writes the entry of a file that is about to be stored; returns it with its id. */
  QuarantineEntry addEntry(Function<String, QuarantineEntry> entry) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      QuarantineEntry added = entry.apply(QuarantineIds.random());
      if (!hasContent(added.id()) && write(added)) {
        return added;
      }
    }
    throw new RefusedException("no id is free in " + path);
  }

  private boolean write(QuarantineEntry entry) throws IOException {
    String json = Json.writePretty(QuarantineEntryJson.values(entry));
    try (Fd draft = Names.createUnnamed(directory)) {
      FileContent.write(draft, json.getBytes(StandardCharsets.UTF_8));
      Inode.setMode(draft.number(), ENTRY_MODE);
      Inode.sync(draft.number());
      Names.name(draft, directory, bytes(entry.id() + JSON));
      sync();
      return true;
    } catch (ErrnoException e) {
      if (e.errno() == Errno.EEXIST) {
        return false;
      }
      throw e;
    }
  }

  /** Returns whether the open {@code file}, which has {@code path}, is a content stored here. */
  boolean contains(Fd file, byte[] path) throws ErrnoException {
    List<byte[]> names = PathWalk.names(path);
    String name = names.isEmpty() ? "" : PathWalk.text(names.get(names.size() - 1));
    if (!QuarantineIds.isId(name) || !hasContent(name)) {
      return false;
    }
    Statx stored = directory.probe(bytes(name));
    long device = stored.device();
    long inode = stored.inode();
    Statx opened = new Statx().read(file.number());
    return opened.device() == device && opened.inode() == inode;
  }

  /** Returns whether the content {@code id} is stored. */
  boolean hasContent(String id) throws ErrnoException {
    try {
      directory.probe(bytes(id));
      return true;
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  /** Returns the entries of all stored files, the newest last. */
  public List<QuarantineEntry> list() throws IOException {
    List<QuarantineEntry> entries = new ArrayList<>();
    for (String id : ids()) {
      find(id).ifPresent(entries::add);
    }
    entries.sort(Comparator.comparing(QuarantineEntry::at).thenComparing(QuarantineEntry::id));
    return entries;
  }

  /** Returns the entry of the stored file {@code id}, if there is one. */
  public Optional<QuarantineEntry> find(String id) throws IOException {
    if (!QuarantineIds.isId(id) || !hasContent(id)) {
      return Optional.empty();
    }
    return read(id);
  }

  private Optional<QuarantineEntry> read(String id) throws IOException {
    try (Fd json = directory.openFile(bytes(id + JSON))) {
      return QuarantineEntryJson.read(
          new String(FileContent.bytes(json, JSON_MAX), StandardCharsets.UTF_8));
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private List<String> ids() throws ErrnoException {
    List<String> ids = new ArrayList<>();
    NativeBuffer buffer = new NativeBuffer(LIST_BUFFER);
    DirectoryEntries entries = new DirectoryEntries();
    try (Directory again = directory.reopen()) {
      for (int length = again.list(buffer); length > 0; length = again.list(buffer)) {
        entries.over(buffer.bytes(), length);
        while (entries.next()) {
          String name = new String(entries.name(), StandardCharsets.ISO_8859_1);
          String id = name.endsWith(JSON) ? name.substring(0, name.length() - JSON.length()) : "";
          if (QuarantineIds.isId(id)) {
            ids.add(id);
          }
        }
      }
    }
    return ids;
  }

  /** Opens the content {@code id} for reading. */
  public Fd openContent(String id) throws IOException {
    return directory.openFile(bytes(id));
  }

  /** Removes the content {@code id} and its entry. */
  public void delete(String id) throws IOException {
    Names.remove(directory, bytes(id));
    removeEntry(id);
  }

  /** Removes the entry of a content that is not stored, or not any more. */
  void removeEntry(String id) throws IOException {
    sync(); // the content must be gone from the disk first
    Names.remove(directory, bytes(id + JSON));
    sync();
  }

  /** Removes old entries without a content: the engine was killed before it stored that. */
  void removeUnfinished(Instant now) throws IOException {
    for (String id : ids()) {
      if (!hasContent(id)
          && read(id).filter(entry -> entry.at().isAfter(now.minus(UNFINISHED_MAX))).isEmpty()) {
        removeEntry(id);
      }
    }
  }

  /** Brings the names to the disk. */
  void sync() throws ErrnoException {
    Inode.sync(directory.fd().number());
  }

  static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    directory.close();
  }
}
