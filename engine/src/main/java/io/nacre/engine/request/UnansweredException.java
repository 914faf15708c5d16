package io.nacre.engine.request;

/**
 * The kernel refused an answer it waits for; its opener stays blocked until the group is closed.
 */
public final class UnansweredException extends RuntimeException {

  UnansweredException(String answer, Throwable cause) {
    super("the kernel refused " + answer, cause);
  }
}
