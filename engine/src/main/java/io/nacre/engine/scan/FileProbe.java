package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FileVersion;
import java.util.Optional;

/** What is known of the files of requests, while their descriptors are open. */
public interface FileProbe {

  /** Knows nothing, so that every request has a scan of its own. */
  FileProbe NONE =
      new FileProbe() {
        @Override
        public boolean isKnownByNumber(PermissionRequest request) {
          return false;
        }

        @Override
        public boolean isQuiet(PermissionRequest request) {
          return false;
        }

        @Override
        public Optional<FileVersion> version(PermissionRequest request) {
          return Optional.empty();
        }
      };

  /**
   * Returns whether other open files with the same device and inode are the same file. A file for
   * which it is false is asked about no further: it could make us wait for a daemon.
   */
  boolean isKnownByNumber(PermissionRequest request);

  /**
   * Returns whether nobody can write the file now, and its version would be another one than the
   * request's if anybody did from now on.
   */
  boolean isQuiet(PermissionRequest request);

  /**
   * Returns a number that is another one whenever clamd may use other signatures than before, so
   * that what a scan found is no news any more.
   */
  default long signatures() {
    return 0;
  }

  /** Returns the version the file has now, or nothing if that cannot be told. */
  Optional<FileVersion> version(PermissionRequest request);
}
