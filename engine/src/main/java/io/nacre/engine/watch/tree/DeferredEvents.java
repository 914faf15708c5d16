package io.nacre.engine.watch.tree;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Where events told to look, in directories that were not where they should be: they moved, and the
 * events of that are still to come. Bounded; when it is full, looking everywhere is cheaper.
 */
final class DeferredEvents {
  private static final int CAPACITY = 4096;

  /** A name in the directory watched as {@code wd}, a character for each of its bytes. */
  private record Look(int wd, String name) {}

  /** What is done with each. */
  interface Looker {
    void look(int wd, byte[] name);
  }

  private final Set<Look> looks = new LinkedHashSet<>();

  void add(int wd, byte[] name) {
    if (!isFull()) {
      looks.add(new Look(wd, new String(name, StandardCharsets.ISO_8859_1)));
    }
  }

  boolean isEmpty() {
    return looks.isEmpty();
  }

  boolean isFull() {
    return looks.size() == CAPACITY;
  }

  /** Takes all out, and has {@code looker} look once more at each. */
  void retry(Looker looker) {
    List<Look> all = List.copyOf(looks);
    looks.clear();
    for (Look look : all) {
      looker.look(look.wd(), look.name().getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** Returns true if one of them is in a directory that {@code isMeant}. */
  boolean anyIn(IntPredicate isMeant) {
    return looks.stream().anyMatch(look -> isMeant.test(look.wd()));
  }

  void clear() {
    looks.clear();
  }
}
