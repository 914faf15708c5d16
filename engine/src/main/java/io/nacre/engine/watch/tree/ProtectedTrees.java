package io.nacre.engine.watch.tree;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.walk.OpenDirectoryLimit;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.mark.MarkOwner;
import io.nacre.engine.watch.mark.MarkRegistry;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import io.nacre.linux.inotify.Inotify;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The actors of the protected directories, as children of the actor that this belongs to.
 *
 * <p>Each place has an actor of its own, with a thread and an inotify instance, as long as there
 * are few. Then places share actors: with another place on the same file system, if there is one.
 */
public final class ProtectedTrees {

  /**
   * What the actors need.
   *
   * @param registry of the marks, one for the group
   * @param newFiles takes files that come into the trees without being written there
   * @param openLimit bounds the directories that all of them hold open
   * @param stop ends the waits and the actors
   */
  public record Setup(
      MarkRegistry registry,
      NewFileSink newFiles,
      OpenDirectoryLimit openLimit,
      WakeUp stop,
      LongSupplier nanoClock) {}

  /**
   * A place was walked; coverage says how that went.
   *
   * @param number which of all walks that were asked for
   */
  public record Walked(Place place, long number) {}

  /** An actor, and the places it follows. */
  private static final class Tree implements SharedInstances.Instance {
    private final ActorRef<ProtectedTree.Command> actor;
    private final Optional<MarkOwner> owner;
    private final WakeUp mail;
    private final Map<PathBytes, Place> places = new HashMap<>();
    private PathRules rules;

    Tree(
        ActorRef<ProtectedTree.Command> actor,
        PathRules rules,
        Optional<MarkOwner> owner,
        WakeUp mail) {
      this.actor = actor;
      this.rules = rules;
      this.owner = owner;
      this.mail = mail;
    }

    @Override
    public Iterable<Place> places() {
      return places.values();
    }

    void tell(ProtectedTree.Command command) {
      actor.tell(command);
      mail.signal();
    }
  }

  private static final DispatcherSelector OWN_THREAD =
      DispatcherSelector.fromConfig("nacre.pinned-dispatcher");

  private final ActorContext<?> context;
  private final ActorRef<Walked> walked;
  private final Setup setup;
  private final SharedInstances instances = new SharedInstances();
  private final List<Tree> trees = new ArrayList<>();
  private final AtomicInteger removing = new AtomicInteger();

  /** The number of the latest walk of each place that was not walked since. */
  private final Map<Place, Long> walking = new HashMap<>();

  private long walks;
  private int started;
  private boolean isSharingReported;

  /**
   * No actors yet.
   *
   * @param walked receives the walk of each place; then call {@link #walked}
   */
  public ProtectedTrees(ActorContext<?> context, ActorRef<Walked> walked, Setup setup) {
    this.context = context;
    this.walked = walked;
    this.setup = setup;
  }

  /** Follows a place by {@code rules}, from now on. */
  public void add(Place place, PathRules rules, String reason, Coverage.Claim claim)
      throws ErrnoException {
    // A tree that follows the path already may be about to remove it.
    List<Tree> others =
        trees.stream().filter(tree -> !tree.places.containsKey(place.path())).toList();
    Optional<Tree> shared =
        instances.mustShare(trees) ? instances.chooseAny(place, others) : Optional.empty();
    Optional<MarkOwner> owner = Optional.empty();
    if (shared.isEmpty()) {
      owner = join();
      if (owner.isEmpty()) {
        shared = instances.chooseAny(place, others); // the other programs of the user have the rest
      }
    }
    if (shared.isPresent()) {
      reportSharing();
      add(shared.get(), place, reason + "; " + instances.text(), claim);
    } else {
      add(start(rules, owner), place, reason, claim);
    }
  }

  private void add(Tree tree, Place place, String reason, Coverage.Claim claim) {
    tree.places.put(place.path(), place);
    tree.owner.ifPresent(
        owner -> {
          owner.addDevice(place.mount().device());
          owner.expectWork();
        });
    tree.tell(new ProtectedTree.Add(place, reason, claim, nextWalk(place)));
  }

  /** Returns nothing if no inotify instance is left. */
  private Optional<MarkOwner> join() throws ErrnoException {
    try {
      return Optional.of(setup.registry().join(Inotify.open()));
    } catch (ErrnoException e) {
      if (e.errno() == Errno.EMFILE) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Tree start(PathRules rules, Optional<MarkOwner> owner) throws ErrnoException {
    WakeUp mail = WakeUp.open();
    ActorRef<ProtectedTree.Command> actor =
        context.spawn(
            ProtectedTree.create(setup, rules, owner, mail, walked),
            "tree-" + ++started,
            OWN_THREAD);
    context.watch(actor);
    Tree tree = new Tree(actor, rules, owner, mail);
    trees.add(tree);
    return tree;
  }

  private void reportSharing() {
    if (!isSharingReported) {
      isSharingReported = true;
      context
          .getLog()
          .info(
              "more than {} protected directories: from now on each {}",
              trees.size(),
              instances.text());
    }
  }

  /** Follows a place no more; its actor ends with its last place, when the marks are off. */
  public void remove(Place place) {
    Optional<Tree> found =
        trees.stream().filter(tree -> place.equals(tree.places.get(place.path()))).findAny();
    if (found.isEmpty()) {
      return;
    }
    walking.remove(place);
    Tree tree = found.get();
    tree.places.remove(place.path());
    removing.incrementAndGet();
    tree.tell(new ProtectedTree.Remove(place.path(), removing::decrementAndGet));
    if (tree.places.isEmpty()) {
      trees.remove(tree);
      context.unwatch(tree.actor);
      tree.tell(ProtectedTree.End.INSTANCE);
    }
  }

  /** Returns true if marks of a place that was removed may still be there. */
  public boolean areRemoving() {
    return removing.get() > 0;
  }

  /** Has each tree look at {@code path}, at which something was mounted until now. */
  public void lookAt(PathBytes path) {
    trees.forEach(tree -> tree.tell(new ProtectedTree.LookAt(path)));
  }

  /** Notes that a place was walked. */
  public void walked(Walked report) {
    walking.remove(report.place(), report.number());
  }

  private Walked nextWalk(Place place) {
    walking.put(place, ++walks);
    return new Walked(place, walks);
  }

  /** Returns true if some place was not walked yet by its rules. */
  public boolean areWalking() {
    return !walking.isEmpty();
  }

  /** Returns true if some place on the file system {@code device} was not walked yet. */
  public boolean areWalkingOn(String device) {
    return walking.keySet().stream().anyMatch(place -> place.mount().device().equals(device));
  }

  /**
   * Has the trees follow {@code rules} from now on.
   *
   * @param isOther whether the rules protect other files of a place than before: it is walked again
   */
  public void setRules(PathRules rules, Predicate<Place> isOther) {
    for (Tree tree : trees) {
      if (tree.rules != rules && tree.places.values().stream().anyMatch(isOther)) {
        tree.rules = rules;
        tree.owner.ifPresent(MarkOwner::expectWork);
        tree.tell(
            new ProtectedTree.SetRules(
                rules, tree.places.values().stream().map(this::nextWalk).toList()));
      }
    }
  }
}
