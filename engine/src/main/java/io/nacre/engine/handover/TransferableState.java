package io.nacre.engine.handover;

import java.io.DataInputStream;
import java.io.IOException;

/**
 * A part of the state of an engine that its successor gets, such as a cache.
 *
 * <p>It travels in chunks, each of which is complete in itself. A successor that does not know the
 * name ignores the chunks.
 */
public interface TransferableState {
  /** Returns the name in the protocol. */
  String name();

  /** Sends everything. */
  void send(RecordWriter out) throws IOException;

  /** Adds the record that {@code in} is at, and leaves {@code in} behind it. */
  void receive(DataInputStream in) throws IOException;

  /** Discards what was received: it does not hold any more. */
  default void discard() {}
}
