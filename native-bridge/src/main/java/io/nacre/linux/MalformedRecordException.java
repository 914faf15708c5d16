package io.nacre.linux;

/** Bytes from the kernel without the layout of its manual pages: a bug, or another ABI. */
public final class MalformedRecordException extends RuntimeException {

  /** Says in {@code message} which record is wrong, and how. */
  public MalformedRecordException(String message) {
    super(message);
  }
}
