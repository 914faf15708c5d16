package io.nacre.engine.clamd;

/** How clamd gets to the content of a file. */
public enum Transport {
  /** {@code FILDES}: it is passed the descriptor of the very file that is opened. */
  FD,
  /** {@code INSTREAM}: it is sent the content. */
  STREAM,
  /** {@code SCAN}: it is told the path, and opens whatever is there by then. */
  PATH
}
