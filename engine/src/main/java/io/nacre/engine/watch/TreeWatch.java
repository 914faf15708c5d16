package io.nacre.engine.watch;

import io.nacre.engine.policy.PathRules;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import io.nacre.linux.inotify.InotifyEvents;
import io.nacre.linux.inotify.InotifyMask;
import java.nio.charset.StandardCharsets;
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

/**
 * Dynamic directory determination for one include path: inotify follows the tree, marks follow
 * inotify.
 *
 * <p>Runs on a thread of its own; one bounded step a message, as the readers of the group do. A
 * queue that overflowed, or a root that went away, ends in a new walk of the whole tree; marks that
 * are there already stay while it is made.
 */
public final class TreeWatch extends AbstractBehavior<TreeWatch.Command> {

  /** What a tree can be told; only by itself. */
  public sealed interface Command {}

  private enum Walk implements Command {
    INSTANCE
  }

  private enum Step implements Command {
    INSTANCE
  }

  /** Said once the tree was walked for the first time; coverage says how that went. */
  public record Walked(String path) {}

  /**
   * What a tree needs.
   *
   * @param root the directory, absolute and without symbolic links
   * @param wakeUp ends the waits when the engine stops
   */
  public record Setup(
      String root, Marks marks, PathRules rules, Coverage coverage, WakeUp wakeUp) {}

  /** A half of a move whose other half has not been seen. */
  private record MovedFrom(int node, int cookie) {}

  private static final String STRATEGY = "ddd";
  private static final int POLL_MILLIS = 500;

  /** The second half of a move follows the first at once, if it follows at all. */
  private static final int MOVE_MILLIS = 20;

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int EVENT_BUFFER = 64 * 1024;

  private final Setup setup;
  private final byte[] root;
  private final ActorRef<Walked> firstWalk;
  private final NativeBuffer buffer = new NativeBuffer(EVENT_BUFFER);
  private final InotifyEvents events = new InotifyEvents();
  private Optional<TreeMarker> tree = Optional.empty();
  private Optional<Poll> poll = Optional.empty();
  private Optional<MovedFrom> movedFrom = Optional.empty();
  private boolean walkedOnce;

  /** Protects the tree of {@code setup}, and tells {@code firstWalk} when that was done once. */
  public static Behavior<Command> create(Setup setup, ActorRef<Walked> firstWalk) {
    return Behaviors.setup(
        context -> {
          context.getSelf().tell(Walk.INSTANCE);
          return new TreeWatch(context, setup, firstWalk);
        });
  }

  private TreeWatch(ActorContext<Command> context, Setup setup, ActorRef<Walked> firstWalk) {
    super(context);
    this.setup = setup;
    this.root = setup.root().getBytes(StandardCharsets.UTF_8);
    this.firstWalk = firstWalk;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Walk.class, walk -> onWalk())
        .onMessage(Step.class, step -> onStep())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onWalk() {
    tree.ifPresent(TreeMarker::close);
    tree = Optional.empty();
    movedFrom = Optional.empty();
    try {
      TreeMarker marker = new TreeMarker(setup.marks(), setup.rules(), root);
      tree = Optional.of(marker);
      marker.addAll();
      poll = Optional.of(new Poll(setup.wakeUp().fd(), marker.inotify().fd()));
      publish();
      getContext().getSelf().tell(Step.INSTANCE);
    } catch (ErrnoException e) {
      publishMissing(e.getMessage());
      getContext().scheduleOnce(RETRY, getContext().getSelf(), Walk.INSTANCE);
    }
    if (!walkedOnce) {
      walkedOnce = true;
      firstWalk.tell(new Walked(setup.root()));
    }
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
    if (length > 0) {
      publish();
    }
    getContext().getSelf().tell(lost ? Walk.INSTANCE : Step.INSTANCE);
    return this;
  }

  /** Applies the current event; returns true if the tree must be walked anew. */
  private boolean apply(TreeMarker marker) {
    if (events.has(InotifyMask.IN_Q_OVERFLOW)) {
      getContext().getLog().warn("inotify dropped events below {}; walking it again", setup.root());
      return true;
    }
    int node = marker.table().byWd(events.wd());
    if (node == DirectoryTable.NONE) {
      return false; // of a watch that was taken off meanwhile
    }
    boolean sameMove =
        events.has(InotifyMask.IN_MOVED_TO)
            && movedFrom.filter(from -> from.cookie() == events.cookie()).isPresent();
    if (!sameMove && !events.has(InotifyMask.IN_MOVE_SELF)) {
      settleMove(marker);
      if (marker.table().byWd(events.wd()) == DirectoryTable.NONE) {
        return false; // it went with what was moved away
      }
    }
    if (events.has(InotifyMask.IN_IGNORED)) {
      marker.forget(node);
      return node == DirectoryTable.ROOT;
    }
    if (events.has(InotifyMask.IN_MOVE_SELF) && node == DirectoryTable.ROOT) {
      getContext().getLog().warn("{} was moved away", setup.root());
      marker.removeBelow(DirectoryTable.ROOT);
      return true;
    }
    if (!events.has(InotifyMask.IN_ISDIR)) {
      return false;
    }
    if (sameMove) {
      int moved = movedFrom.orElseThrow().node();
      movedFrom = Optional.empty();
      marker.move(moved, node, events.name());
    } else if (events.has(InotifyMask.IN_CREATE | InotifyMask.IN_MOVED_TO)) {
      marker.addBelow(node, events.name());
    } else if (events.has(InotifyMask.IN_MOVED_FROM)) {
      int child = marker.table().child(node, events.name());
      if (child != DirectoryTable.NONE) {
        movedFrom = Optional.of(new MovedFrom(child, events.cookie()));
      }
    }
    return false;
  }

  /** A move whose other half does not come went out of the tree. */
  private void settleMove(TreeMarker marker) {
    movedFrom.ifPresent(from -> marker.removeBelow(from.node()));
    movedFrom = Optional.empty();
  }

  private void publish() {
    TreeMarker marker = tree.orElseThrow();
    Coverage.State state =
        marker.problemCount() == 0 ? Coverage.State.PROTECTED : Coverage.State.PARTIAL;
    setup
        .coverage()
        .update(
            new Coverage.Entry(
                setup.root(),
                STRATEGY,
                state,
                marker.table().size(),
                marker.problems(),
                marker.problemCount()));
  }

  private void publishMissing(String reason) {
    getContext().getLog().warn("{} is not protected: {}", setup.root(), reason);
    setup
        .coverage()
        .update(
            new Coverage.Entry(
                setup.root(), STRATEGY, Coverage.State.MISSING, 0, List.of(reason), 1));
  }

  private Behavior<Command> onPostStop() {
    tree.ifPresent(TreeMarker::close);
    return this;
  }
}
