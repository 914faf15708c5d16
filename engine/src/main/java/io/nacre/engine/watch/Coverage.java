package io.nacre.engine.watch;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** What is protected, how, and what is not; written by the watchers, read by anybody. */
public final class Coverage {

  /** Whether a path is protected. */
  public enum State {
    /** Its marks are being placed. */
    STARTING,
    /** All of it that could be marked is. */
    PROTECTED,
    /** Some of it is not; the problems say what. */
    PARTIAL,
    /** It is not there; it is looked for again and again. */
    MISSING
  }

  /**
   * One protected path.
   *
   * @param path as configured, with symbolic links resolved
   * @param strategy how its marks are placed
   * @param directories how many directories carry a mark, 0 where one mark covers all
   * @param problems what is not protected, and why; the first few
   * @param problemCount how many there are
   */
  public record Entry(
      String path,
      String strategy,
      State state,
      int directories,
      List<String> problems,
      int problemCount) {

    public Entry {
      problems = List.copyOf(problems);
    }
  }

  private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();

  /** Replaces what is known of the entry's path. */
  void update(Entry entry) {
    entries.put(entry.path(), entry);
  }

  /** Returns every protected path, in order. */
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }
}
