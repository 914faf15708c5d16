package io.nacre.engine.watch;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.filesystem.WholeMountWatch;
import io.nacre.engine.watch.place.MountTable;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.engine.watch.place.PlaceFinder;
import io.nacre.engine.watch.place.PlacePlan;
import io.nacre.engine.watch.place.PlacePlan.Planned;
import io.nacre.engine.watch.place.StrategyChoice;
import io.nacre.engine.watch.tree.ProtectedTrees;
import io.nacre.linux.ErrnoException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The places that are protected now, each by its strategy, and the coverage of each. Belongs to one
 * actor.
 *
 * <p>New marks are placed before old ones are removed. A place that was marked as a whole keeps
 * that mark until the trees on its file system are walked. A place that cannot be marked by a new
 * strategy keeps its old marks, and is reported.
 */
final class ProtectedPlaces {
  private static final Logger LOG = LoggerFactory.getLogger(ProtectedPlaces.class);

  private final Coverage coverage;
  private final WholeMountWatch whole;
  private final ProtectedTrees trees;
  private final PlacePlan planner;
  private final ReachedMounts reached;
  private final Map<PathBytes, Planned> places = new TreeMap<>();
  private final Map<PathBytes, String> reported = new HashMap<>();

  /** Places with a mark as a whole that is removed when the trees are walked. */
  private final List<Planned> retiring = new ArrayList<>();

  private AskedPaths asked;
  private Optional<AskedPaths> next = Optional.empty();
  private boolean isReportingNew;
  private boolean isWaitingForTurn;

  ProtectedPlaces(
      PlaceWatch.Setup setup, AskedPaths asked, WholeMountWatch whole, ProtectedTrees trees) {
    this.coverage = setup.coverage();
    this.whole = whole;
    this.trees = trees;
    this.asked = asked;
    this.planner = new PlacePlan(asked.strategies(), asked.rules());
    this.reached = new ReachedMounts(setup.ownMounts());
  }

  /**
   * Protects by {@code other} from the next {@link #agree} on. The rules for events are published
   * by now, so that no directory stays silent by the old ones.
   */
  void change(AskedPaths other) throws ErrnoException {
    whole.setIgnoreMarks(/* allowed= */ false);
    whole.setRules(other.rules());
    planner.change(other.strategies(), other.rules());
    next = Optional.of(other);
  }

  /** Has each new place be reported in the log from now on. */
  void reportNew() {
    isReportingNew = true;
  }

  /** Returns true if every place that was found is protected or reported. */
  boolean areComplete() {
    return next.isEmpty() && !isWaitingForTurn && !trees.areWalking();
  }

  /** Protects the places that were found, and only those; returns true if that changed any. */
  boolean agree(PlaceFinder.Found found, MountTable mounts) throws IOException {
    boolean wereSomeLeaving = areSomeLeaving();
    retire(mounts);
    Map<PathBytes, Planned> wanted = planner.plan(found.places(), mounts);
    List<Planned> gone = gone(wanted, found);
    // An overlay and its layers must take turns.
    boolean takesTurns = wanted.values().stream().anyMatch(Planned::isOnOverlay);
    List<Planned> first =
        gone.stream().filter(at -> takesTurns && !isOnlyMarkedOtherwise(at, wanted)).toList();
    first.forEach(at -> leave(at, wanted, mounts));

    List<Planned> added = added(wanted, takesTurns);
    Set<PathBytes> failed = addAll(added);
    next.ifPresent(this::applyRules);
    List<Planned> last =
        gone.stream()
            .filter(at -> !first.contains(at))
            .filter(at -> !failed.contains(at.place().path()) || !isSamePlace(at, wanted))
            .toList();
    last.forEach(at -> leave(at, wanted, mounts));
    report(found.problems());

    boolean isChanged = !first.isEmpty() || !last.isEmpty() || failed.size() < added.size();
    reached.set(places.values(), isChanged || wereSomeLeaving || areSomeLeaving());
    if (isChanged) {
      coverage.setPlaces(
          places.values().stream()
              .map(at -> new Coverage.Watched(at.place(), at.strategy()))
              .toList());
    }
    return isChanged;
  }

  /**
   * Returns whether directories may be silenced. Ignore marks are removed all at once, so no other
   * inode marks may be there. Files that a bind mount shows inside may lie outside as well.
   */
  boolean mayIgnore() {
    return places.values().stream()
        .allMatch(
            at ->
                at.isMarkedAsAWhole()
                    && !at.place().mount().isBind()
                    && whole.observesMoves(at.place()));
  }

  private boolean areSomeLeaving() {
    return !retiring.isEmpty() || trees.areRemoving() || trees.areWalking();
  }

  private List<Planned> gone(Map<PathBytes, Planned> wanted, PlaceFinder.Found found) {
    return places.values().stream()
        .filter(at -> !at.equals(wanted.get(at.place().path())))
        .filter(at -> !mayStillBe(at.place(), wanted, found))
        .toList();
  }

  /**
   * Returns true for a mount that could not be looked at, because the directories above it move
   * just now.
   */
  private static boolean mayStillBe(
      Place place, Map<PathBytes, Planned> wanted, PlaceFinder.Found found) {
    return place.isMountPoint()
        && !wanted.containsKey(place.path())
        && found.unsure().contains(place.mount().id());
  }

  private static boolean isSamePlace(Planned at, Map<PathBytes, Planned> wanted) {
    Planned other = wanted.get(at.place().path());
    return other != null && other.place().equals(at.place());
  }

  /** Returns true if the same directory gets marks of another kind. */
  private static boolean isOnlyMarkedOtherwise(Planned at, Map<PathBytes, Planned> wanted) {
    Planned other = wanted.get(at.place().path());
    return other != null && other.isSameButForItsStrategy(at);
  }

  private List<Planned> added(Map<PathBytes, Planned> wanted, boolean takesTurns) {
    List<Planned> missing =
        wanted.values().stream()
            .filter(planned -> !planned.equals(places.get(planned.place().path())))
            .toList();
    List<Planned> added =
        missing.stream()
            .filter(planned -> planned.strategy().isEmpty() || !takesTurns || !trees.areRemoving())
            .toList();
    isWaitingForTurn = added.size() < missing.size();
    return added;
  }

  /** Protects places; returns the paths of those that must be tried again. */
  private Set<PathBytes> addAll(Collection<Planned> added) throws ErrnoException {
    Set<PathBytes> failed = new TreeSet<>();
    if (!added.isEmpty()) {
      reached.add(added);
    }
    for (Planned planned : added) {
      if (!add(planned)) {
        failed.add(planned.place().path());
      }
    }
    return failed;
  }

  /** Protects a place; returns false if that must be tried again. */
  private boolean add(Planned planned) throws ErrnoException {
    Place place = planned.place();
    StrategyChoice choice = planned.choice();
    Coverage.Claim claim = coverage.claim(place.path(), Coverage.Entry.of(planned));
    if (planned.strategy().isEmpty()) {
      planned.gap().ifPresent(LOG::warn);
      places.put(place.path(), planned);
      return true;
    }
    if (choice.strategy() == Strategy.DDD) {
      whole.setIgnoreMarks(/* allowed= */ false); // first, since it clears all inode marks
      trees.add(place, rules(), choice.reason(), claim);
    } else if (!whole.add(place, choice, claim)) {
      return false;
    }
    places.put(place.path(), planned);
    if (isReportingNew) {
      LOG.info("{} is there, and protected by {}", place.path(), choice.strategy().label());
    }
    return true;
  }

  private PathRules rules() {
    return next.orElse(asked).rules();
  }

  /**
   * Has the trees follow other rules: those whose files are others by them are walked again. To be
   * called when new places are added, and before old ones are removed.
   */
  private void applyRules(AskedPaths other) {
    AskedPaths before = asked;
    trees.setRules(other.rules(), place -> !other.isSameBelow(place.path(), before));
    asked = other;
    next = Optional.empty();
    Set<PathBytes> starts = starts();
    before.rules().includes().stream()
        .map(PathBytes::of)
        .filter(path -> !starts.contains(path) && !places.containsKey(path))
        .forEach(
            path -> {
              reported.remove(path);
              coverage.remove(path);
            });
  }

  private Set<PathBytes> starts() {
    Set<PathBytes> starts = new TreeSet<>();
    asked.rules().starts().forEach(path -> starts.add(PathBytes.of(path)));
    return starts;
  }

  /** Protects a place no more; a mark of the whole stays until no tree is walked that needs it. */
  private void leave(Planned at, Map<PathBytes, Planned> wanted, MountTable mounts) {
    Place place = at.place();
    if (places.remove(place.path(), at)) { // else another one is there already
      reported.remove(place.path());
    }
    if (!wanted.containsKey(place.path()) && !starts().contains(place.path())) {
      coverage.remove(place.path());
    }
    if (at.strategy().isEmpty()) {
      return;
    }
    if (!at.isMarkedAsAWhole()) {
      trees.remove(place);
    } else if (trees.areWalkingOn(place.mount().device())) {
      retiring.add(at);
    } else {
      whole.remove(place, mounts);
    }
  }

  private void retire(MountTable mounts) {
    List<Planned> ready =
        retiring.stream().filter(at -> !trees.areWalkingOn(at.place().mount().device())).toList();
    retiring.removeAll(ready);
    ready.forEach(at -> whole.remove(at.place(), mounts));
  }

  private void report(Map<PathBytes, String> problems) {
    problems.forEach(this::report);
    List<PathBytes> solved =
        reported.keySet().stream().filter(path -> !problems.containsKey(path)).toList();
    solved.forEach(coverage::clearLeftOut);
    reported.keySet().removeAll(solved);
  }

  /** Reports that an include path is not there, or is not protected as a whole. */
  private void report(PathBytes include, String problem) {
    boolean isNew = !problem.equals(reported.put(include, problem));
    if (isNew) {
      LOG.warn("{}: {}", include, problem);
    }
    String line = include + ": " + problem;
    if (places.containsKey(include)) {
      coverage.leaveOut(include, line); // the place may be another one than before
    } else if (isNew) {
      Coverage.Entry entry =
          Coverage.Entry.starting(
              include,
              new StrategyChoice(asked.strategies().at(include, asked.rules()), "configured"));
      coverage.claim(include, entry.with(Coverage.State.MISSING, Optional.of(line)));
    }
  }
}
