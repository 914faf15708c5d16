package io.nacre.linux;

/**
 * Bytes from the kernel that do not have the layout its manual pages give; a bug or another ABI.
 */
public final class MalformedRecordException extends RuntimeException {

  /** Says in {@code message} which record is wrong, and how. */
  public MalformedRecordException(String message) {
    super(message);
  }
}
