package io.nacre.engine.request;

/** Takes requests that were denied by a cached verdict, to report them; for the reader threads. */
@FunctionalInterface
public interface DeniedRequestSink {

  /** Takes ownership of {@code denied}, which is answered: it will be closed. Never waits. */
  void accept(PermissionRequest denied);
}
