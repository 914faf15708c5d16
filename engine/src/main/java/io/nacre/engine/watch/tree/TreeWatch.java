package io.nacre.engine.watch.tree;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.newfiles.NewFiles;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import io.nacre.linux.inotify.InotifyEvents;
import io.nacre.linux.inotify.InotifyMask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Dynamic directory determination on one file system: inotify follows the trees of its places,
 * marks follow inotify.
 *
 * <p>One actor for a file system, since no directory ever moves from one to another: so every
 * directory belongs to one actor for good. Runs on a thread of its own; one bounded step a message,
 * as the readers of the group do. A queue that overflowed ends in a new walk of this file system;
 * marks that are there stay while it is made.
 */
public final class TreeWatch extends AbstractBehavior<TreeWatch.Command> {

  /** What a watch can be told. */
  sealed interface Command {}

  /** Protect a place, and say so in {@code coverage}. */
  record Add(Place place, String reason, Coverage.Claim claim) implements Command {}

  /** Protect the place at {@code path} no more, and run {@code done} when its marks are off. */
  record Remove(PathBytes path, Runnable done) implements Command {}

  /** What was mounted at {@code path} is gone: look at what is there now. */
  record Uncovered(PathBytes path) implements Command {}

  /** Stop, once what was removed lost its marks. */
  enum End implements Command {
    INSTANCE
  }

  private enum Step implements Command {
    INSTANCE
  }

  private enum Retry implements Command {
    INSTANCE
  }

  /** Said once the trees were walked for the first time; coverage says how that went. */
  public record Walked(String device) {}

  /**
   * What a watch needs.
   *
   * @param device the file system, as {@code mountinfo} names it
   * @param newFiles takes files that come into the trees without being written there
   * @param stop ends the waits and the actor
   */
  public record Setup(
      String device,
      Marks marks,
      PathRules rules,
      NewFileSink newFiles,
      WakeUp stop,
      LongSupplier nanoClock) {}

  private static final int POLL_MILLIS = 500;
  private static final int UNSETTLED_MILLIS =
      (int) TimeUnit.NANOSECONDS.toMillis(DetachedDirectories.GRACE_NANOS);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofSeconds(32);
  private static final int EVENT_BUFFER = 64 * 1024;

  /** After so long without a moment at which everything fits together, status says so. */
  private static final long BEHIND_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** How many directories are walked before events are read again. */
  private static final int SLICE = 256;

  private final Setup setup;
  private final WakeUp mail;
  private final ActorRef<Walked> firstWalk;
  private final TimerScheduler<Command> timers;
  private final NativeBuffer buffer = new NativeBuffer(EVENT_BUFFER);
  private final InotifyEvents events = new InotifyEvents();

  /** Places that wait for an inotify instance. */
  private final List<TreeRoot> waiting = new ArrayList<>();

  /** Who waits until the marks of removed places are off. */
  private final List<Runnable> removed = new ArrayList<>();

  private final NewFiles newFiles;

  private Optional<DirectoryTree> tree = Optional.empty();
  private Poll poll;
  private Duration retry = FIRST_RETRY;
  private boolean walkedOnce;
  private boolean changed;

  /** Whether there is more to find of new files, and room for it. */
  private boolean isFinding;

  private boolean ending;
  private long settledAtNanos;

  /**
   * Follows the trees it is told to, and tells {@code firstWalk} when that was done once.
   *
   * @param mail is signalled behind every message, since the actor waits for the kernel; it becomes
   *     the actor's own
   */
  static Behavior<Command> create(Setup setup, WakeUp mail, ActorRef<Walked> firstWalk) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new TreeWatch(context, setup, mail, firstWalk, timers)));
  }

  private TreeWatch(
      ActorContext<Command> context,
      Setup setup,
      WakeUp mail,
      ActorRef<Walked> firstWalk,
      TimerScheduler<Command> timers) {
    super(context);
    this.setup = setup;
    this.mail = mail;
    this.firstWalk = firstWalk;
    this.timers = timers;
    this.newFiles = new NewFiles(setup.newFiles(), setup.rules(), setup.nanoClock());
    this.poll = new Poll(setup.stop().fd(), mail.fd());
    context.getSelf().tell(Step.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Add.class, this::onAdd)
        .onMessage(Remove.class, this::onRemove)
        .onMessage(Uncovered.class, this::onUncovered)
        .onMessage(End.class, end -> onEnd())
        .onMessage(Step.class, step -> onStep())
        .onMessage(Retry.class, again -> onRetry())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onAdd(Add add) {
    waiting.add(new TreeRoot(add.place(), add.reason(), add.claim()));
    openTree();
    changed = true;
    return this;
  }

  private Behavior<Command> onRemove(Remove remove) {
    waiting.removeIf(root -> root.path().equals(remove.path()));
    tree.ifPresent(trees -> trees.remove(remove.path()));
    removed.add(remove.done());
    changed = true;
    return this;
  }

  private Behavior<Command> onUncovered(Uncovered uncovered) {
    tree.ifPresent(trees -> trees.uncovered(uncovered.path()));
    return this;
  }

  private Behavior<Command> onEnd() {
    ending = true;
    return this;
  }

  private Behavior<Command> onStep() throws ErrnoException {
    boolean isWalking = tree.filter(DirectoryTree::isWalking).isPresent();
    boolean isUnsettled = !newFiles.isDone() || tree.filter(DirectoryTree::isUnsettled).isPresent();
    poll.await(isWalking || isFinding ? 0 : isUnsettled ? UNSETTLED_MILLIS : POLL_MILLIS);
    if (poll.isReady(0)) {
      return Behaviors.stopped();
    }
    if (poll.isReady(1)) {
      mail.clear();
    }
    if (tree.isPresent()) {
      follow(tree.get());
    }
    if (ending && tree.filter(DirectoryTree::isUnsettled).isEmpty()) {
      return Behaviors.stopped();
    }
    getContext().getSelf().tell(Step.INSTANCE);
    return this;
  }

  private void follow(DirectoryTree trees) throws ErrnoException {
    int length = trees.inotify().read(buffer);
    events.over(buffer.bytes(), length);
    while (events.next()) {
      apply(trees);
    }
    trees.walk(SLICE);
    trees.settle(/* isQuiet= */ length == 0);
    trees.rest();
    isFinding = newFiles.step(SLICE) && !newFiles.isDone();
    changed |= length > 0;
    long now = setup.nanoClock().getAsLong();
    if (trees.isWalking() || trees.isUnsettled()) {
      if (walkedOnce && now - settledAtNanos > BEHIND_NANOS) {
        settledAtNanos = now;
        trees.roots().publishBehind();
        changed = true;
      }
    } else {
      settledAtNanos = now;
      removed.forEach(Runnable::run);
      removed.clear();
      if (changed) {
        changed = false;
        trees.roots().publish(trees.table());
        retryIfSomethingLacks(trees);
      }
      if (!walkedOnce && !trees.roots().isEmpty()) {
        walkedOnce = true;
        firstWalk.tell(new Walked(setup.device()));
      }
    }
  }

  private void apply(DirectoryTree trees) {
    if (events.has(InotifyMask.IN_Q_OVERFLOW)) {
      getContext().getLog().warn("inotify dropped events; walking the protected paths again");
      trees.missedEvents();
    } else if (events.has(InotifyMask.IN_IGNORED)) {
      trees.gone(events.wd());
    } else if (events.has(InotifyMask.IN_ISDIR)) {
      trees.look(events.wd(), events.name());
    } else if (events.has(InotifyMask.IN_MOVED_TO)) {
      trees.movedIn(events.wd(), events.name());
    }
  }

  private Behavior<Command> onRetry() {
    openTree();
    tree.filter(trees -> trees.roots().lackSomething()).ifPresent(DirectoryTree::walkAgain);
    changed = true;
    return this;
  }

  private void retryIfSomethingLacks(DirectoryTree trees) {
    if (trees.roots().lackSomething()) {
      if (!timers.isTimerActive(Retry.INSTANCE)) {
        timers.startSingleTimer(Retry.INSTANCE, retry);
        retry =
            retry.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : retry.multipliedBy(2);
      }
    } else {
      retry = FIRST_RETRY;
    }
  }

  /** Hands the waiting places to the tree; opens its inotify instance for the first of them. */
  private void openTree() {
    try {
      if (tree.isEmpty()) {
        DirectoryTree opened =
            new DirectoryTree(
                setup.device(), setup.marks(), setup.rules(), newFiles, setup.nanoClock());
        tree = Optional.of(opened);
        poll = new Poll(setup.stop().fd(), mail.fd(), opened.inotify().fd());
      }
      waiting.forEach(tree.get()::add);
      waiting.clear();
    } catch (ErrnoException e) {
      String problem =
          e.errno() == Errno.EMFILE
              ? "no inotify instance left; raise it: sysctl fs.inotify.max_user_instances=512"
              : String.valueOf(e.getMessage());
      for (TreeRoot root : waiting) {
        root.forget();
        root.problem(root.path().bytes(), problem);
        root.publish(0);
      }
      timers.startSingleTimer(Retry.INSTANCE, FIRST_RETRY);
      if (!walkedOnce) {
        walkedOnce = true;
        firstWalk.tell(new Walked(setup.device()));
      }
    }
  }

  private Behavior<Command> onPostStop() {
    tree.ifPresent(DirectoryTree::close);
    newFiles.close();
    mail.close();
    return this;
  }
}
