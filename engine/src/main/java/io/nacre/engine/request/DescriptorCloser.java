package io.nacre.engine.request;

import io.nacre.linux.Fd;

/** Closes the descriptors of events. */
public interface DescriptorCloser {

  /** One that closes on the thread that says so. */
  DescriptorCloser AT_ONCE = (descriptor, mountId) -> descriptor.close();

  /**
   * Closes {@code descriptor}, now or soon.
   *
   * @param mountId the unique number of the mount its file was opened through, or -1
   */
  void close(Fd descriptor, long mountId);

  /** Returns true if whoever closes a file of that mount himself waits for nobody. */
  default boolean isPrompt(long mountId) {
    return true;
  }
}
