package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;

/** Takes requests that are answered without a scan, to be reported; for any thread. */
@FunctionalInterface
public interface AnsweredSink {

  /**
   * Takes ownership of {@code request}, which is answered: it will be closed. Never waits.
   *
   * @return false if there is no room; then the caller still owns it, and must close it
   */
  boolean offerAnswered(PermissionRequest request);
}
