package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FileVersion;
import java.util.Optional;

/** A kernel that says of all files what the test wants. */
final class FakeFiles implements FileProbe {
  volatile boolean isKnown = true;
  volatile boolean isQuiet = true;
  volatile long changed;
  volatile long signatures;

  @Override
  public boolean isKnownByNumber(PermissionRequest request) {
    return isKnown;
  }

  @Override
  public boolean isQuiet(PermissionRequest request) {
    return isQuiet;
  }

  @Override
  public Optional<FileVersion> version(PermissionRequest request) {
    return Optional.of(version(request.facts().orElseThrow().version().inode()));
  }

  @Override
  public long signatures() {
    return signatures;
  }

  /** Returns the version that a file has now. */
  FileVersion version(long inode) {
    return Requests.version(inode, Requests.SMALL, changed);
  }
}
