package io.nacre.engine.scan;

import io.nacre.engine.verdict.FileInspector;
import io.nacre.engine.verdict.FileVersion;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A kernel that says of all files what the test wants; descriptors are made known. */
final class FakeFiles implements FileInspector {
  volatile boolean isKnown = true;
  volatile boolean isQuiet = true;
  volatile long changed;
  private final Map<Integer, Long> inodes = new ConcurrentHashMap<>();

  /** Says which file a descriptor is open on. */
  void opened(int fd, long inode) {
    inodes.put(fd, inode);
  }

  @Override
  public Tracking tracking(FileVersion version, long mountId) {
    return isKnown ? Tracking.TIMES : Tracking.NONE;
  }

  @Override
  public boolean isWholeFilesystem(long device) {
    return false;
  }

  @Override
  public boolean hasWriter(int fd) {
    return !isQuiet;
  }

  @Override
  public boolean isSettled(FileVersion version) {
    return true;
  }

  @Override
  public Optional<FileVersion> version(int fd) {
    return Optional.of(version(inodes.getOrDefault(fd, 0L)));
  }

  /** Returns the version that a file has now. */
  FileVersion version(long inode) {
    return Requests.version(inode, Requests.SMALL, changed);
  }
}
