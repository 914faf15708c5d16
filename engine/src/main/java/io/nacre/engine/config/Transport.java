package io.nacre.engine.config;

/** How clamd gets the content of a file. */
public enum Transport {
  /** {@code FILDES}: clamd receives the descriptor of the file that is opened. */
  FD,
  /** {@code INSTREAM}: clamd receives the content. */
  STREAM
}
