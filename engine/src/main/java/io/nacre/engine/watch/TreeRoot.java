package io.nacre.engine.watch;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One include path and what is known of its tree; belongs to the actor that watches it. */
final class TreeRoot {
  private static final String STRATEGY = "ddd";
  private static final int PROBLEMS_SHOWN = 20;

  private final String path;
  private final byte[] bytes;
  private final List<String> problems = new ArrayList<>();
  private int problemCount;
  private int node = DirectoryTable.NONE;
  private int directories;

  TreeRoot(String path) {
    this.path = path;
    this.bytes = path.getBytes(StandardCharsets.UTF_8);
  }

  String path() {
    return path;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Returns the node of the root, or NONE while it is not protected. */
  int node() {
    return node;
  }

  boolean isMissing() {
    return node == DirectoryTable.NONE;
  }

  /** The root was found, as {@code node}; what was wrong before is of no interest any more. */
  void found(int node) {
    this.node = node;
    this.directories = 0;
    problems.clear();
    problemCount = 0;
  }

  /** The root is not there, or cannot be protected, because of {@code reason}. */
  void lost(String reason) {
    node = DirectoryTable.NONE;
    directories = 0;
    problems.clear();
    problems.add(reason);
    problemCount = 1;
  }

  /** Changes the number of directories that carry a mark. */
  void count(int change) {
    directories += change;
  }

  /** Notes what could not be protected; the first few are kept. */
  void problem(byte[] where, String what) {
    problemCount++;
    if (problems.size() < PROBLEMS_SHOWN) {
      problems.add(new String(where, StandardCharsets.UTF_8) + ": " + what);
    }
  }

  Coverage.Entry coverage() {
    Coverage.State state =
        isMissing()
            ? Coverage.State.MISSING
            : problemCount == 0 ? Coverage.State.PROTECTED : Coverage.State.PARTIAL;
    return new Coverage.Entry(path, STRATEGY, state, directories, problems, problemCount);
  }
}
