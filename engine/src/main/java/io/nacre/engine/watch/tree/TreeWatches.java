package io.nacre.engine.watch.tree;

import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The watches of the file systems whose directories are followed, one for each; children of the
 * actor that they belong to.
 *
 * <p>A watch stays as long as its file system is mounted, also without a place on it: two on one
 * file system would take each other's marks off.
 */
public final class TreeWatches {

  /** A watch, and what wakes it. */
  private record Watch(ActorRef<TreeWatch.Command> actor, WakeUp mail) {
    void tell(TreeWatch.Command command) {
      actor.tell(command);
      mail.signal();
    }
  }

  private static final DispatcherSelector OWN_THREAD =
      DispatcherSelector.fromConfig("nacre.pinned-dispatcher");

  private final ActorContext<?> context;
  private final ActorRef<TreeWatch.Walked> firstWalk;
  private final Function<String, TreeWatch.Setup> setups;
  private final Map<String, Watch> watches = new HashMap<>();
  private final AtomicInteger removing = new AtomicInteger();
  private final Set<String> walking = new HashSet<>();
  private int made;

  /**
   * No watches yet.
   *
   * @param firstWalk is told of the first walk of each; then call {@link #walked}
   * @param setups what a watch of a file system needs
   */
  public TreeWatches(
      ActorContext<?> context,
      ActorRef<TreeWatch.Walked> firstWalk,
      Function<String, TreeWatch.Setup> setups) {
    this.context = context;
    this.firstWalk = firstWalk;
    this.setups = setups;
  }

  /** Has a place followed. */
  public void add(Place place, String reason, Coverage.Claim claim) throws ErrnoException {
    String device = place.mount().device();
    if (!watches.containsKey(device)) {
      watches.put(device, start(device));
    }
    tell(device, new TreeWatch.Add(place, reason, claim));
  }

  /** Has a place followed no more. */
  public void remove(Place place) {
    removing.incrementAndGet();
    TreeWatch.Remove remove = new TreeWatch.Remove(place.path(), removing::decrementAndGet);
    if (!tell(place.mount().device(), remove)) {
      remove.done().run();
    }
  }

  /** Returns true if marks of a place that was removed may still be there. */
  public boolean areRemoving() {
    return removing.get() > 0;
  }

  /** Has everybody look at {@code path}, whose cover was taken off. */
  public void uncovered(PathBytes path) {
    watches.values().forEach(watch -> watch.tell(new TreeWatch.Uncovered(path)));
  }

  /** Ends the watches of file systems that are mounted no more. */
  public void endAllBut(Predicate<String> isMounted) {
    List<String> unmounted = watches.keySet().stream().filter(isMounted.negate()).toList();
    for (String device : unmounted) {
      Watch watch = Objects.requireNonNull(watches.remove(device));
      walking.remove(device);
      context.unwatch(watch.actor());
      watch.tell(TreeWatch.End.INSTANCE);
    }
  }

  /** The trees on {@code device} were walked for the first time. */
  public void walked(String device) {
    walking.remove(device);
  }

  /** Returns true if some watch was not done with its first walk. */
  public boolean areWalking() {
    return !walking.isEmpty();
  }

  private Watch start(String device) throws ErrnoException {
    TreeWatch.Setup setup = setups.apply(device);
    WakeUp mail = WakeUp.open();
    String name = "tree-" + ++made + "-" + device.replace(':', '-');
    ActorRef<TreeWatch.Command> actor =
        context.spawn(TreeWatch.create(setup, mail, firstWalk), name, OWN_THREAD);
    context.watch(actor);
    walking.add(device);
    return new Watch(actor, mail);
  }

  /** Returns false if nobody watches {@code device}. */
  private boolean tell(String device, TreeWatch.Command command) {
    Watch watch = watches.get(device);
    if (watch != null) {
      watch.tell(command);
    }
    return watch != null;
  }
}
