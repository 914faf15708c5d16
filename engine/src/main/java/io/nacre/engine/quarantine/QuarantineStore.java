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
 * The open directory of the quarantine: for each file its content, {@code ID}, for nobody to read,
 * and what is known of it, {@code ID.json}, for root.
 *
 * <p>The second comes first and goes last, so that no crash leaves a file of which nothing is
 * known. Either has its name only when the disk has all of it.
 */
public final class QuarantineStore implements AutoCloseable {
  private static final String JSON = ".json";
  private static final int FOR_ROOT = 0600;
  private static final int JSON_MAX = 1 << 20;
  private static final int LIST_BUFFER = 32_768;
  private static final int ATTEMPTS = 100;

  /** As long as no step of putting a file away takes, however big it is. */
  private static final Duration UNFINISHED = Duration.ofDays(1);

  private final Path path;
  private final Directory directory;

  private QuarantineStore(Path path, Directory directory) {
    this.path = path;
    this.directory = directory;
  }

  /**
   * Opens the quarantine at {@code path}.
   *
   * @throws IOException if it is not there, or if others than root could write or replace it; the
   *     message says so
   */
  public static QuarantineStore open(Path path) throws IOException {
    return new QuarantineStore(path, new QuarantineDirectory(path).open());
  }

  /**
   * Does the same, and makes it if it is not there.
   *
   * @throws IOException if it cannot be made, or others than root could write or replace it
   */
  public static QuarantineStore create(Path path) throws IOException {
    return new QuarantineStore(path, new QuarantineDirectory(path).create());
  }

  /** Returns where it is. */
  public Path path() {
    return path;
  }

  Directory directory() {
    return directory;
  }

  /** Writes down what is known of a file that is to come; returns that, with its id. */
  QuarantineEntry announce(Function<String, QuarantineEntry> entry) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      QuarantineEntry announced = entry.apply(QuarantineIds.random());
      if (!isThere(announced.id()) && write(announced)) {
        return announced;
      }
    }
    throw new RefusedException("no id is free in " + path);
  }

  private boolean write(QuarantineEntry entry) throws IOException {
    String json = Json.writePretty(QuarantineEntryJson.values(entry));
    try (Fd draft = Names.createUnnamed(directory)) {
      FileContent.write(draft, json.getBytes(StandardCharsets.UTF_8));
      Inode.setMode(draft.number(), FOR_ROOT);
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

  /** Returns whether there is a content with that id. */
  boolean isThere(String id) throws ErrnoException {
    return exists(id);
  }

  /** Returns whether {@code file}, which is open and has {@code path}, is one of ours. */
  boolean holds(Fd file, byte[] path) throws ErrnoException {
    List<byte[]> names = PathWalk.names(path);
    String name = names.isEmpty() ? "" : PathWalk.text(names.get(names.size() - 1));
    if (!QuarantineIds.isId(name) || !isThere(name)) {
      return false;
    }
    Statx ours = directory.probe(bytes(name));
    long device = ours.device();
    long inode = ours.inode();
    Statx its = new Statx().read(file.number());
    return its.device() == device && its.inode() == inode;
  }

  private boolean exists(String name) throws ErrnoException {
    try {
      directory.probe(bytes(name));
      return true;
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  /** Returns what is in the quarantine, the newest last. */
  public List<QuarantineEntry> list() throws IOException {
    List<QuarantineEntry> entries = new ArrayList<>();
    for (String id : ids()) {
      entry(id).ifPresent(entries::add);
    }
    entries.sort(Comparator.comparing(QuarantineEntry::at).thenComparing(QuarantineEntry::id));
    return entries;
  }

  /** Returns what is known of the file {@code id}; nothing if there is none. */
  public Optional<QuarantineEntry> entry(String id) throws IOException {
    if (!QuarantineIds.isId(id) || !isThere(id)) {
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
  public Fd content(String id) throws IOException {
    return directory.openFile(bytes(id));
  }

  /** Removes the file {@code id} for good, and what is known of it. */
  public void delete(String id) throws IOException {
    Names.remove(directory, bytes(id));
    forget(id);
  }

  /** Removes what is known of a file that is not in the quarantine, or not any more. */
  void forget(String id) throws IOException {
    sync(); // the content must be gone first, on the disk as well
    Names.remove(directory, bytes(id + JSON));
    sync();
  }

  /** Forgets files that were announced long ago and never came: the engine was killed meanwhile. */
  void tidy(Instant now) throws IOException {
    for (String id : ids()) {
      if (!isThere(id)
          && read(id).filter(entry -> entry.at().isAfter(now.minus(UNFINISHED))).isEmpty()) {
        forget(id);
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
