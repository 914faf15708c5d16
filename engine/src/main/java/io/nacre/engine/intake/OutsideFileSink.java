package io.nacre.engine.intake;

/** Is told of files whose events nobody asked for, so that it can keep the kernel from more. */
@FunctionalInterface
public interface OutsideFileSink {

  /**
   * An event came of the file whose path is the first {@code length} bytes of {@code path}, which
   * belong to the caller. Called by the readers: must neither wait nor open anything.
   */
  void seen(byte[] path, int length);
}
