package io.nacre.engine.request;

import io.nacre.linux.Fd;

/** Closes the descriptors of events; for any thread. */
public interface DescriptorCloser {

  /** Closes on the calling thread. */
  DescriptorCloser AT_ONCE = (descriptor, mountId) -> descriptor.close();

  /**
   * Closes {@code descriptor}, now or soon.
   *
   * @param mountId the unique number of the mount its file was opened through, or -1
   */
  void close(Fd descriptor, long mountId);

  /**
   * Returns true if a close of a file of that mount waits for no server, so that any thread may do
   * it.
   */
  default boolean isPrompt(long mountId) {
    return true;
  }
}
