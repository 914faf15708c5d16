package io.nacre.engine.watch;

import io.nacre.engine.fixture.Directories;
import io.nacre.engine.fixture.Inode;
import io.nacre.engine.fixture.KernelMarks;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A file system of the test's own, and a group to mark it with that blocks no open: its events are
 * only notifications, and never read.
 */
public final class MarkedDirectoryFixture implements AutoCloseable {
  private final PrivateMount mount;
  private final FanotifyGroup group;

  private MarkedDirectoryFixture(PrivateMount mount, FanotifyGroup group) {
    this.mount = mount;
    this.group = group;
  }

  /** Mounts it; aborts the test where that cannot be done. */
  public static MarkedDirectoryFixture open() throws IOException {
    PrivateMount mount = PrivateMount.mount("tmpfs");
    return new MarkedDirectoryFixture(mount, FanotifyGroup.open(FanotifyGroup.Kind.NOTIFICATION));
  }

  /** Returns marks for opens. */
  public Marks marks() {
    return new Marks(group, FanotifyMask.FAN_OPEN);
  }

  public Path root() {
    return mount.root();
  }

  /** Returns a place outside of the file system. */
  Path outside() {
    return mount.outside();
  }

  /** Returns where {@code name} is. */
  public Path path(String name) {
    return root().resolve(name);
  }

  /** Makes a directory, with those above it. */
  public Path directory(String name) throws IOException {
    return mount.directory(name);
  }

  /** Moves what is at {@code from} to {@code to}. */
  public void move(String from, String to) throws IOException {
    Files.move(path(from), path(to));
  }

  /** Returns the directories that are marked, by their paths from the root. */
  public Set<String> marked() throws IOException {
    return named(KernelMarks.of(ProcessHandle.current().pid()).directories());
  }

  /** Returns the directories that are passed over, by their paths from the root. */
  public Set<String> ignored() throws IOException {
    return named(KernelMarks.of(ProcessHandle.current().pid()).ignored());
  }

  private Set<String> named(Collection<Inode> inodes) throws IOException {
    Map<Inode, String> names = new HashMap<>();
    Directories.below(root()).forEach((path, inode) -> names.put(inode, path.toString()));
    Set<String> named = new TreeSet<>();
    for (Inode inode : inodes) {
      named.add(Objects.requireNonNullElse(names.get(inode), "nowhere: " + inode));
    }
    return named;
  }

  @Override
  public void close() throws IOException {
    group.close();
    mount.close();
  }
}
