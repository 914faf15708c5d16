package io.nacre.engine.intake;

import io.nacre.engine.request.FileFacts;

/** Where the opens of files are told that are known to be clean; for any thread. */
public interface CachedOpenSink {
  /** One that nothing is told. */
  CachedOpenSink NONE =
      new CachedOpenSink() {
        @Override
        public boolean wants(FileFacts facts) {
          return false;
        }

        @Override
        public void opened(int fd, FileFacts facts) {
          // Nobody wanted it.
        }
      };

  /** Returns whether {@link #opened} may do anything. */
  boolean wants(FileFacts facts);

  /**
   * The file was opened, and that was allowed; must not wait.
   *
   * @param fd which stays the caller's
   */
  void opened(int fd, FileFacts facts);
}
