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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
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
      PathRules rules,
      NewFileSink newFiles,
      OpenDirectoryLimit openLimit,
      WakeUp stop,
      LongSupplier nanoClock) {}

  /** The place at {@code path} was walked for the first time; coverage says how that went. */
  public record Walked(PathBytes path) {}

  /** An actor, and the places it follows. */
  private static final class Tree implements SharedInstances.Instance {
    private final ActorRef<ProtectedTree.Command> actor;
    private final Optional<MarkOwner> owner;
    private final WakeUp mail;
    private final Map<PathBytes, Place> places = new HashMap<>();

    Tree(ActorRef<ProtectedTree.Command> actor, Optional<MarkOwner> owner, WakeUp mail) {
      this.actor = actor;
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
  private final Set<PathBytes> walking = new HashSet<>();
  private int started;
  private boolean isSharingReported;

  /**
   * No actors yet.
   *
   * @param walked receives the first walk of each place; then call {@link #walked}
   */
  public ProtectedTrees(ActorContext<?> context, ActorRef<Walked> walked, Setup setup) {
    this.context = context;
    this.walked = walked;
    this.setup = setup;
  }

  /** Follows a place, from now on. */
  public void add(Place place, String reason, Coverage.Claim claim) throws ErrnoException {
    Optional<Tree> shared = instances.choose(place, trees);
    Optional<MarkOwner> owner = Optional.empty();
    if (shared.isEmpty()) {
      owner = join();
      if (owner.isEmpty()) {
        shared = instances.chooseAny(place, trees); // the other programs of the user have the rest
      }
    }
    if (shared.isPresent()) {
      reportSharing();
      add(shared.get(), place, reason + "; " + instances.text(), claim);
    } else {
      add(start(owner), place, reason, claim);
    }
  }

  private void add(Tree tree, Place place, String reason, Coverage.Claim claim) {
    tree.places.put(place.path(), place);
    walking.add(place.path());
    tree.owner.ifPresent(
        owner -> {
          owner.addDevice(place.mount().device());
          owner.expectWork();
        });
    tree.tell(new ProtectedTree.Add(place, reason, claim));
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

  private Tree start(Optional<MarkOwner> owner) throws ErrnoException {
    WakeUp mail = WakeUp.open();
    ActorRef<ProtectedTree.Command> actor =
        context.spawn(
            ProtectedTree.create(setup, owner, mail, walked), "tree-" + ++started, OWN_THREAD);
    context.watch(actor);
    Tree tree = new Tree(actor, owner, mail);
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
    walking.remove(place.path());
    Optional<Tree> found =
        trees.stream().filter(tree -> place.equals(tree.places.get(place.path()))).findAny();
    if (found.isEmpty()) {
      return;
    }
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

  /** The place at {@code path} was walked for the first time. */
  public void walked(PathBytes path) {
    walking.remove(path);
  }

  /** Returns true if some place was not walked yet. */
  public boolean areWalking() {
    return !walking.isEmpty();
  }
}
