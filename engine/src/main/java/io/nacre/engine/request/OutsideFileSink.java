package io.nacre.engine.request;

/**
 * Receives files outside of the protected paths, so that the kernel can be kept from more events.
 */
@FunctionalInterface
public interface OutsideFileSink {

  /**
   * An event came of the file whose path is the first {@code length} bytes of {@code path}, which
   * belong to the caller. Called by the reader threads: must neither wait nor open anything.
   */
  void offer(byte[] path, int length);
}
