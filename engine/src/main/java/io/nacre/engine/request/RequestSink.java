package io.nacre.engine.request;

/** Takes permission requests into the scan stream; for any thread. */
@FunctionalInterface
public interface RequestSink {

  /**
   * Takes ownership of {@code request}: it will be answered and closed. Never waits.
   *
   * @return false if there is no room; then the caller still owns it, and must answer and close it
   */
  boolean offer(PermissionRequest request);
}
