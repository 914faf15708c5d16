package io.nacre.engine.request;

/** Receives clean files that the kernel may cache; for any thread. */
public interface CleanFileSink {
  /** Wants no file. */
  CleanFileSink NONE =
      new CleanFileSink() {
        @Override
        public boolean wants(FileFacts facts) {
          return false;
        }

        @Override
        public void opened(int fd, FileFacts facts) {}

        @Override
        public void scanned(int fd, FileFacts facts) {}
      };

  /** Returns whether {@link #opened} may do anything; if not, the file need not be kept open. */
  boolean wants(FileFacts facts);

  /**
   * A file was opened that was cached as clean; called after its answer. Never waits.
   *
   * @param fd the descriptor, which stays the caller's
   */
  void opened(int fd, FileFacts facts);

  /**
   * A file was scanned and is clean; called after its answer. Never waits.
   *
   * @param fd the descriptor, which stays the caller's
   * @param facts of the version that is clean
   */
  void scanned(int fd, FileFacts facts);
}
