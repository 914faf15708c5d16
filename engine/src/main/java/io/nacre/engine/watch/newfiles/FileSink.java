package io.nacre.engine.watch.newfiles;

import io.nacre.linux.Fd;

/** Takes files that came into protected directories, to be scanned when there is time. */
public interface FileSink {
  /** For those who scan nothing but what is opened. */
  FileSink NONE =
      new FileSink() {
        @Override
        public boolean offer(Fd file) {
          return false;
        }

        @Override
        public void dropped(int files) {}
      };

  /**
   * Takes ownership of the descriptor of a file: open for reading, or a mere path (O_PATH) if the
   * sink is one that opens files.
   *
   * @return false if there is no room now; then it is still the caller's
   */
  boolean offer(Fd file);

  /**
   * Counts files of which no more is known, and that are not scanned before somebody opens them.
   */
  void dropped(int files);

  /**
   * Takes ownership of the descriptor of a file that is not scanned now, for want of room: notes
   * and counts it.
   */
  default void dropped(Fd file) {
    file.close();
    dropped(1);
  }
}
