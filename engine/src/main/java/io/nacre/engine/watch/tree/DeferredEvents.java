package io.nacre.engine.watch.tree;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Events in directories that are no longer where the table has them; the events of their moves are
 * still to come. The set is bounded. When it is full, a new walk through everything is cheaper.
 */
final class DeferredEvents {
  private static final int CAPACITY = 4096;

  /** A name in the directory watched as {@code wd}, a character for each of its bytes. */
  private record Deferred(int wd, String name) {}

  /** The action on each deferred event. */
  interface Action {
    void on(int wd, byte[] name);
  }

  private final Set<Deferred> events = new LinkedHashSet<>();

  void add(int wd, byte[] name) {
    if (!isFull()) {
      events.add(new Deferred(wd, new String(name, StandardCharsets.ISO_8859_1)));
    }
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  boolean isFull() {
    return events.size() == CAPACITY;
  }

  /** Removes all events, and runs {@code action} for each. */
  void retry(Action action) {
    List<Deferred> all = List.copyOf(events);
    events.clear();
    for (Deferred event : all) {
      action.on(event.wd(), event.name().getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** Returns true if the directory of an event matches {@code directory}, given its wd. */
  boolean isAnyIn(IntPredicate directory) {
    return events.stream().anyMatch(event -> directory.test(event.wd()));
  }

  void clear() {
    events.clear();
  }
}
