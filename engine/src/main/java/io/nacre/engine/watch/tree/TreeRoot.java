package io.nacre.engine.watch.tree;

import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One place and what is known of its tree; belongs to the actor that watches it. */
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

  /** The very directory is followed as part of another tree already. */
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

  /** Forgets what was known, before the tree is walked again. */
  void forget() {
    node = DirectoryTable.NONE;
    covered = false;
    problems.clear();
    problemCount = 0;
  }

  /** Notes what could not be protected; the first few are kept. */
  void problem(byte[] where, String what) {
    problemCount++;
    if (problems.size() < PROBLEMS_SHOWN) {
      problems.add(new String(where, StandardCharsets.UTF_8) + ": " + what);
    }
  }

  boolean hasProblems() {
    return problemCount > 0;
  }

  /** Says how the tree is protected, with {@code directories} that carry a mark. */
  void publish(int directories) {
    Coverage.State state =
        isMissing()
            ? Coverage.State.MISSING
            : problemCount == 0 ? Coverage.State.PROTECTED : Coverage.State.PARTIAL;
    claim.update(
        new Coverage.Entry(
            path().toString(), "ddd", reason, state, directories, problems, problemCount));
  }

  /** Says that the tree changes faster than it can be followed. */
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
