package io.nacre.engine.context;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Resources that are closed in the reverse order of their opening. Belongs to one thread.
 *
 * <p>A factory adds each resource as soon as it is open, and closes all of them when a later one
 * cannot be opened.
 */
public final class OpenedResources implements AutoCloseable {

  /** A resource, closed without a checked exception. */
  @FunctionalInterface
  public interface Resource {
    /** Releases the resource. */
    void close();
  }

  private final Deque<Resource> opened = new ArrayDeque<>();

  /** Adds {@code stage} and returns it. */
  public <S extends Stage> S add(S stage) {
    opened.push(stage::close);
    return stage;
  }

  /** Adds a resource. */
  public void addResource(Resource resource) {
    opened.push(resource);
  }

  /** Closes all resources; the failure of one does not keep the others open. */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (RuntimeException e) {
        failure = failure == null ? e : failure;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
