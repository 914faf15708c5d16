package io.nacre.engine.watch;

import io.nacre.engine.policy.PathRules;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import io.nacre.linux.inotify.InotifyEvents;
import io.nacre.linux.inotify.InotifyMask;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Dynamic directory determination: inotify follows the trees of the include paths, marks follow
 * inotify.
 *
 * <p>One actor for all include paths, since a directory that is moved from one to another must keep
 * the one mark it has. Runs on a thread of its own; one bounded step a message, as the readers of
 * the group do. A queue that overflowed ends in a new walk of everything; marks that are there
 * already stay while it is made. A root that went away is looked for again and again.
 */
public final class TreeWatch extends AbstractBehavior<TreeWatch.Command> {

  /** What a watch can be told; only by itself. */
  public sealed interface Command {}

  private enum Walk implements Command {
    INSTANCE
  }

  private enum Step implements Command {
    INSTANCE
  }

  private enum Retry implements Command {
    INSTANCE
  }

  /** Said once the trees were walked for the first time; coverage says how that went. */
  public enum Walked {
    INSTANCE
  }

  /**
   * What a watch needs.
   *
   * @param roots the include paths: absolute, without symbolic links, none below another
   * @param stop ends the waits and the actor
   */
  public record Setup(
      List<String> roots, Marks marks, PathRules rules, Coverage coverage, WakeUp stop) {

    public Setup {
      roots = List.copyOf(roots);
    }
  }

  /** A half of a move whose other half has not been seen. */
  private record MovedFrom(int node, int parent, int cookie) {}

  private static final int POLL_MILLIS = 500;

  /** The second half of a move follows the first at once, if it follows at all. */
  private static final int MOVE_MILLIS = 20;

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int EVENT_BUFFER = 64 * 1024;

  private final Setup setup;
  private final ActorRef<Walked> firstWalk;
  private final TimerScheduler<Command> timers;
  private final NativeBuffer buffer = new NativeBuffer(EVENT_BUFFER);
  private final InotifyEvents events = new InotifyEvents();
  private List<TreeRoot> roots = List.of();
  private Optional<TreeMarker> tree = Optional.empty();
  private Optional<Poll> poll = Optional.empty();
  private Optional<MovedFrom> movedFrom = Optional.empty();
  private boolean walkedOnce;

  /** Protects the trees of {@code setup}, and tells {@code firstWalk} when that was done once. */
  public static Behavior<Command> create(Setup setup, ActorRef<Walked> firstWalk) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  context.getSelf().tell(Walk.INSTANCE);
                  return new TreeWatch(context, setup, firstWalk, timers);
                }));
  }

  private TreeWatch(
      ActorContext<Command> context,
      Setup setup,
      ActorRef<Walked> firstWalk,
      TimerScheduler<Command> timers) {
    super(context);
    this.setup = setup;
    this.firstWalk = firstWalk;
    this.timers = timers;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Walk.class, walk -> onWalk())
        .onMessage(Step.class, step -> onStep())
        .onMessage(Retry.class, retry -> onRetry())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  /** Walks everything anew, with a new inotify instance. */
  private Behavior<Command> onWalk() {
    tree.ifPresent(TreeMarker::close);
    tree = Optional.empty();
    movedFrom = Optional.empty();
    roots = setup.roots().stream().map(TreeRoot::new).toList();
    try {
      TreeMarker marker = new TreeMarker(setup.marks(), setup.rules(), roots);
      tree = Optional.of(marker);
      poll = Optional.of(new Poll(setup.stop().fd(), marker.inotify().fd()));
      marker.addMissing();
      getContext().getSelf().tell(Step.INSTANCE);
      retryIfMissing();
    } catch (ErrnoException e) {
      roots.forEach(
          root ->
              root.lost(
                  e.getMessage()
                      + "; if it says too many open files: sysctl fs.inotify.max_user_instances=512"));
      timers.startSingleTimer(Walk.INSTANCE, RETRY);
    }
    publish();
    if (!walkedOnce) {
      walkedOnce = true;
      firstWalk.tell(Walked.INSTANCE);
    }
    return this;
  }

  private Behavior<Command> onRetry() {
    tree.ifPresent(
        marker -> {
          marker.addMissing();
          roots.stream()
              .filter(root -> !root.isMissing())
              .filter(root -> wasMissing(root.path()))
              .forEach(root -> getContext().getLog().info("{} is protected again", root.path()));
          publish();
          retryIfMissing();
        });
    return this;
  }

  private Behavior<Command> onStep() throws ErrnoException {
    Poll wait = poll.orElseThrow();
    wait.await(movedFrom.isPresent() ? MOVE_MILLIS : POLL_MILLIS);
    if (wait.isReady(0)) {
      return Behaviors.stopped();
    }
    TreeMarker marker = tree.orElseThrow();
    int length = marker.inotify().read(buffer);
    if (length == 0) {
      settleMove(marker);
    }
    events.over(buffer.bytes(), length);
    boolean lost = false;
    while (!lost && events.next()) {
      lost = apply(marker);
    }
    if (length == 0 && marker.isDoubtful()) {
      lost = true; // now that it is quiet
    }
    if (length > 0) {
      publish();
    }
    getContext().getSelf().tell(lost ? Walk.INSTANCE : Step.INSTANCE);
    return this;
  }

  /** Applies the current event; returns true if events were lost. */
  private boolean apply(TreeMarker marker) {
    if (events.has(InotifyMask.IN_Q_OVERFLOW)) {
      getContext().getLog().warn("inotify dropped events; walking every protected path again");
      return true;
    }
    boolean sameMove =
        events.has(InotifyMask.IN_MOVED_TO)
            && movedFrom.filter(from -> from.cookie() == events.cookie()).isPresent();
    if (!sameMove && !events.has(InotifyMask.IN_MOVE_SELF)) {
      settleMove(marker);
    }
    int node = marker.table().byWd(events.wd());
    if (node == DirectoryTable.NONE) {
      return false; // of a watch that was taken off meanwhile
    }
    if (events.has(InotifyMask.IN_IGNORED)) {
      List<TreeRoot> lost = marker.rootAt(node).toList();
      marker.forget(node);
      lost.forEach(root -> lose(root, "does not exist any more"));
    } else if (events.has(InotifyMask.IN_MOVE_SELF)) {
      marker
          .rootAt(node)
          .forEach(
              root -> {
                marker.removeBelow(node);
                lose(root, "was moved away");
              });
    } else if (events.has(InotifyMask.IN_ISDIR)) {
      applyToChild(marker, node, sameMove);
    }
    return false;
  }

  private void applyToChild(TreeMarker marker, int parent, boolean sameMove) {
    if (sameMove) {
      int moved = movedFrom.orElseThrow().node();
      movedFrom = Optional.empty();
      marker.move(moved, parent, events.name());
    } else if (events.has(InotifyMask.IN_CREATE | InotifyMask.IN_MOVED_TO)) {
      marker.addBelow(parent, events.name());
    } else if (events.has(InotifyMask.IN_MOVED_FROM)) {
      int child = marker.table().child(parent, events.name());
      if (child != DirectoryTable.NONE) {
        movedFrom = Optional.of(new MovedFrom(child, parent, events.cookie()));
      }
    }
  }

  /** A move whose other half does not come went out of the trees. */
  private void settleMove(TreeMarker marker) {
    movedFrom
        .filter(from -> marker.table().parent(from.node()) == from.parent()) // not found elsewhere
        .ifPresent(from -> marker.removeBelow(from.node()));
    movedFrom = Optional.empty();
  }

  private void lose(TreeRoot root, String reason) {
    getContext().getLog().warn("{} {}, and is not protected", root.path(), reason);
    root.lost(reason);
    retryIfMissing();
  }

  private void retryIfMissing() {
    if (tree.filter(TreeMarker::isAnyMissing).isPresent()) {
      timers.startSingleTimer(Retry.INSTANCE, RETRY);
    }
  }

  private boolean wasMissing(String path) {
    return setup.coverage().entries().stream()
        .anyMatch(entry -> entry.path().equals(path) && entry.state() == Coverage.State.MISSING);
  }

  private void publish() {
    roots.forEach(root -> setup.coverage().update(root.coverage()));
  }

  private Behavior<Command> onPostStop() {
    tree.ifPresent(TreeMarker::close);
    return this;
  }
}
