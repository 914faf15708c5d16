package io.nacre.engine.request;

import io.nacre.linux.Fd;

/**
 * Takes files that came into protected directories without an event of their own, to be scanned in
 * the background.
 */
public interface NewFileSink {
  /** Takes no file; for an engine that scans only files that are opened. */
  NewFileSink NONE =
      new NewFileSink() {
        @Override
        public boolean offer(Fd file) {
          return false;
        }

        @Override
        public void dropped(int files) {}
      };

  /**
   * Takes ownership of the descriptor of a file: open for reading, or a mere path (O_PATH) if the
   * sink opens files itself. Never waits.
   *
   * @return false if there is no room now; then it is still the caller's
   */
  boolean offer(Fd file);

  /** Counts files of which no more is known, and that are not scanned before they are opened. */
  void dropped(int files);

  /**
   * Takes ownership of the descriptor of a file for which there is no room: records and counts it.
   */
  default void dropped(Fd file) {
    file.close();
    dropped(1);
  }
}
