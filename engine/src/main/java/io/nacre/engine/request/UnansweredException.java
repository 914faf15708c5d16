package io.nacre.engine.request;

/** The kernel refused an answer it waits for; somebody hangs until the group is closed. */
public final class UnansweredException extends RuntimeException {

  UnansweredException(PermissionRequest request, Throwable cause) {
    super("the kernel refused the answer to the " + request, cause);
  }
}
