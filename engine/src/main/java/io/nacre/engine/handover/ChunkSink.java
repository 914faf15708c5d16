package io.nacre.engine.handover;

import java.io.IOException;

/** Takes the state of an engine in chunks of a bounded size. */
@FunctionalInterface
public interface ChunkSink {
  /** The most bytes of a chunk. */
  int CHUNK_BYTES_MAX = 64 * 1024;

  /** Takes the first {@code length} bytes of {@code chunk}, which the caller may use again. */
  void accept(byte[] chunk, int length) throws IOException;
}
