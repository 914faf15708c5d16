package io.nacre.engine.watch.tree;

import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One place, and how much of its tree is protected. Belongs to the actor that follows it. */
final class TreeRoot {
  private static final int PROBLEMS_SHOWN = 20;

  private final Place place;
  private final String reason;
  private final Coverage.Claim claim;
  private final List<String> problems = new ArrayList<>();
  private int problemCount;
  private int node = DirectoryTable.NONE;
  private boolean covered;

  /** The root of {@code place}, which is followed for {@code reason}. */
  TreeRoot(Place place, String reason, Coverage.Claim claim) {
    this.place = place;
    this.reason = reason;
    this.claim = claim;
  }

  Place place() {
    return place;
  }

  PathBytes path() {
    return place.path();
  }

  /** Opens the directory of the root, if it is still there. */
  Directory open() throws ErrnoException {
    return place.open();
  }

  /** Returns the node of the root, or NONE while it has none. */
  int node() {
    return node;
  }

  /** The root was found, as {@code node}. */
  void found(int node) {
    this.node = node;
  }

  /** The same directory is followed as part of another tree of the actor already. */
  void coveredByAnother() {
    covered = true;
  }

  boolean isCoveredByAnother() {
    return covered;
  }

  /** Returns true if nothing is followed for this root, though it should be. */
  boolean isMissing() {
    return node == DirectoryTable.NONE && !covered;
  }

  /** Forgets node and problems, before the tree is walked again. */
  void forget() {
    node = DirectoryTable.NONE;
    covered = false;
    problems.clear();
    problemCount = 0;
  }

  /** Notes that something could not be protected; the first few are kept. */
  void addProblem(byte[] where, String what) {
    problemCount++;
    if (problems.size() < PROBLEMS_SHOWN) {
      problems.add(new String(where, StandardCharsets.UTF_8) + ": " + what);
    }
  }

  boolean hasProblems() {
    return problemCount > 0;
  }

  /** Publishes how the tree is protected, with {@code directories} that carry a mark. */
  void publish(int directories) {
    Coverage.State state =
        isMissing()
            ? Coverage.State.MISSING
            : problemCount == 0 ? Coverage.State.PROTECTED : Coverage.State.PARTIAL;
    claim.update(
        new Coverage.Entry(
            path().toString(), "ddd", reason, state, directories, problems, problemCount));
  }

  /** Publishes that the tree changes faster than it can be followed. */
  void publishBehind() {
    claim.update(
        new Coverage.Entry(
            path().toString(),
            "ddd",
            reason,
            Coverage.State.PARTIAL,
            0,
            List.of(
                path()
                    + ": directories are made and moved faster than they can be followed; the newest"
                    + " may not be protected yet"),
            1));
  }
}
