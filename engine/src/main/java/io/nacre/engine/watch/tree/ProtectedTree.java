package io.nacre.engine.watch.tree;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.mark.MarkOwner;
import io.nacre.engine.watch.newfiles.NewFiles;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import io.nacre.linux.inotify.Inotify;
import io.nacre.linux.inotify.InotifyEvents;
import io.nacre.linux.inotify.InotifyMask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The actor of one protected directory: inotify follows its tree, marks follow inotify. Several
 * protected directories share one actor when there are more than inotify instances.
 *
 * <p><b>Owns</b> its inotify instance, the table of its directories and their watches. A step that
 * fails, or a queue that overflowed, ends in a new walk of this tree alone, under the marks that
 * are there. <b>Must not own</b> the fanotify group, nor a mark for itself: another tree may own
 * the same directory, which the {@code MarkRegistry} knows. <b>Hands to</b> its {@code NewFileSink}
 * the files that come into the tree, and to {@code Coverage} how the directory is protected.
 * <b>Thread</b>: its own; one bounded step a message.
 */
final class ProtectedTree extends AbstractBehavior<ProtectedTree.Command> {

  /** The messages of a tree. */
  sealed interface Command {}

  /** Protect a place, publish how by {@code claim}, and report {@code walked} then. */
  record Add(Place place, String reason, Coverage.Claim claim, ProtectedTrees.Walked walked)
      implements Command {}

  /** Protect the place at {@code path} no more, and run {@code done} when its marks are off. */
  record Remove(PathBytes path, Runnable done) implements Command {}

  /** Follow other rules: walk everything again, and report {@code walked} then. */
  record SetRules(PathRules rules, List<ProtectedTrees.Walked> walked) implements Command {}

  /** The mount at {@code path} is gone: look at the directory that is there now. */
  record LookAt(PathBytes path) implements Command {}

  /** Stop, once the removed places have no marks. */
  enum End implements Command {
    INSTANCE
  }

  private enum Step implements Command {
    INSTANCE
  }

  private enum Retry implements Command {
    INSTANCE
  }

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

  private final ProtectedTrees.Setup setup;
  private final WakeUp mail;
  private final ActorRef<ProtectedTrees.Walked> walked;
  private final TimerScheduler<Command> timers;
  private final NativeBuffer buffer = new NativeBuffer(EVENT_BUFFER);
  private final InotifyEvents events = new InotifyEvents();
  private final NewFiles newFiles;
  private final FailureLimit failures;

  /** Places that wait for an inotify instance. */
  private final List<TreeRoot> waiting = new ArrayList<>();

  /** To be reported when everything is walked. */
  private final List<ProtectedTrees.Walked> unwalked = new ArrayList<>();

  /** Run when the marks of removed places are off. */
  private final List<Runnable> removed = new ArrayList<>();

  private PathRules rules;
  private Optional<MarkOwner> owner = Optional.empty();
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
   * Follows the trees of the places that are added.
   *
   * @param rules decide which directories are followed, until other ones are set
   * @param owner with the inotify instance; nothing if none is left, and then one is tried for
   * @param mail is signalled after each message, since the actor waits for the kernel; the actor
   *     closes it
   * @param walked receives the walk of each place
   */
  static Behavior<Command> create(
      ProtectedTrees.Setup setup,
      PathRules rules,
      Optional<MarkOwner> owner,
      WakeUp mail,
      ActorRef<ProtectedTrees.Walked> walked) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new ProtectedTree(context, setup, rules, owner, mail, walked, timers)));
  }

  private ProtectedTree(
      ActorContext<Command> context,
      ProtectedTrees.Setup setup,
      PathRules rules,
      Optional<MarkOwner> owner,
      WakeUp mail,
      ActorRef<ProtectedTrees.Walked> walked,
      TimerScheduler<Command> timers) {
    super(context);
    this.setup = setup;
    this.mail = mail;
    this.rules = rules;
    this.walked = walked;
    this.timers = timers;
    this.newFiles = new NewFiles(setup.newFiles(), rules, setup.openLimit(), setup.nanoClock());
    this.failures = new FailureLimit(setup.nanoClock());
    this.poll = new Poll(setup.stop().fd(), mail.fd());
    owner.ifPresent(this::follow);
    context.getSelf().tell(Step.INSTANCE);
  }

  private void follow(MarkOwner with) {
    owner = Optional.of(with);
    tree =
        Optional.of(new DirectoryTree(with, rules, newFiles, setup.openLimit(), setup.nanoClock()));
    poll = new Poll(setup.stop().fd(), mail.fd(), with.inotify().fd());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Add.class, this::onAdd)
        .onMessage(Remove.class, this::onRemove)
        .onMessage(SetRules.class, this::onSetRules)
        .onMessage(LookAt.class, this::onLookAt)
        .onMessage(End.class, end -> onEnd())
        .onMessage(Step.class, step -> onStep())
        .onMessage(Retry.class, again -> onRetry())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onAdd(Add add) {
    waiting.add(new TreeRoot(add.place(), add.reason(), add.claim()));
    unwalked.add(add.walked());
    owner.ifPresent(MarkOwner::workArrived);
    startWaiting();
    changed = true;
    return this;
  }

  private Behavior<Command> onSetRules(SetRules set) {
    owner.ifPresent(MarkOwner::workArrived);
    rules = set.rules();
    newFiles.setRules(rules);
    tree.ifPresent(trees -> trees.setRules(rules));
    unwalked.addAll(set.walked());
    changed = true;
    if (tree.isEmpty()) {
      reportWalked();
    }
    return this;
  }

  private Behavior<Command> onRemove(Remove remove) {
    unwalked.removeIf(report -> report.place().path().equals(remove.path()));
    waiting.removeIf(root -> root.path().equals(remove.path()));
    tree.ifPresent(trees -> trees.remove(remove.path()));
    removed.add(remove.done());
    changed = true;
    return this;
  }

  private Behavior<Command> onLookAt(LookAt lookAt) {
    tree.ifPresent(trees -> trees.lookAt(lookAt.path()));
    return this;
  }

  private Behavior<Command> onEnd() {
    ending = true;
    return this;
  }

  private Behavior<Command> onStep() throws ErrnoException {
    poll.await(timeoutMillis());
    if (poll.isReady(0)) {
      return Behaviors.stopped();
    }
    if (poll.isReady(1)) {
      mail.clear();
    }
    if (tree.isPresent()) {
      try {
        follow(tree.get(), owner.orElseThrow());
      } catch (ErrnoException | RuntimeException e) {
        recover(tree.get(), e);
      }
    } else {
      runRemoved();
    }
    if (ending && tree.filter(trees -> !isDone(trees)).isEmpty()) {
      return Behaviors.stopped();
    }
    getContext().getSelf().tell(Step.INSTANCE);
    return this;
  }

  private int timeoutMillis() {
    if (isFinding || tree.filter(DirectoryTree::isWalking).isPresent()) {
      return 0;
    }
    boolean isUnsettled = !newFiles.isDone() || tree.filter(trees -> !isDone(trees)).isPresent();
    return isUnsettled ? UNSETTLED_MILLIS : POLL_MILLIS;
  }

  private static boolean isDone(DirectoryTree trees) {
    return trees.isSettled() && !trees.hasDepartures();
  }

  private void follow(DirectoryTree trees, MarkOwner with) throws ErrnoException {
    with.setSettled(false);
    int length = trees.inotify().read(buffer);
    events.over(buffer.bytes(), length);
    while (events.next()) {
      apply(trees);
    }
    trees.walk(SLICE);
    trees.settle(/* isQuiet= */ length == 0);
    trees.closeOpened();
    with.setSettled(length == 0 && trees.isUpToDate());
    isFinding = newFiles.step(SLICE) && !newFiles.isDone();
    changed |= length > 0;
    if (trees.isSettled()) {
      publish(trees);
    } else {
      publishIfBehind(trees);
    }
    if (isDone(trees)) {
      runRemoved();
    }
  }

  private void apply(DirectoryTree trees) {
    if (events.has(InotifyMask.IN_Q_OVERFLOW)) {
      getContext().getLog().warn("inotify dropped events; walking the protected paths again");
      trees.missedEvents();
    } else if (events.has(InotifyMask.IN_IGNORED)) {
      trees.watchEnded(events.wd());
    } else if (events.has(InotifyMask.IN_ISDIR)) {
      trees.lookAt(events.wd(), events.name());
    } else if (events.has(InotifyMask.IN_MOVED_TO)) {
      trees.fileMovedIn(events.wd(), events.name());
    }
  }

  private void publish(DirectoryTree trees) {
    settledAtNanos = setup.nanoClock().getAsLong();
    if (changed) {
      changed = false;
      trees.roots().publish(trees.table());
      retryIfThereAreProblems(trees);
    }
    reportWalked();
    walkedOnce |= !trees.roots().isEmpty();
  }

  private void publishIfBehind(DirectoryTree trees) {
    long now = setup.nanoClock().getAsLong();
    if (walkedOnce && now - settledAtNanos > BEHIND_NANOS) {
      settledAtNanos = now;
      trees.roots().publishBehind();
      changed = true;
    }
  }

  /** Walks this tree alone again after a failure; the engine ends when that does not help. */
  private void recover(DirectoryTree trees, Exception failure) throws ErrnoException {
    if (!failures.isAllowed()) {
      throw new IllegalStateException("a protected tree fails again and again", failure);
    }
    getContext().getLog().error("following a tree failed; walking it again", failure);
    trees.walkAgain();
    changed = true;
  }

  private void reportWalked() {
    unwalked.forEach(walked::tell);
    unwalked.clear();
  }

  private void runRemoved() {
    removed.forEach(Runnable::run);
    removed.clear();
  }

  private Behavior<Command> onRetry() {
    startWaiting();
    tree.filter(trees -> trees.roots().haveProblems()).ifPresent(DirectoryTree::walkAgain);
    changed = true;
    return this;
  }

  private void retryIfThereAreProblems(DirectoryTree trees) {
    if (trees.roots().haveProblems()) {
      if (!timers.isTimerActive(Retry.INSTANCE)) {
        timers.startSingleTimer(Retry.INSTANCE, retry);
        retry =
            retry.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : retry.multipliedBy(2);
      }
    } else {
      retry = FIRST_RETRY;
    }
  }

  /** Hands the waiting places to the tree, if there is an inotify instance for it. */
  private void startWaiting() {
    try {
      if (tree.isEmpty()) {
        follow(setup.registry().join(Inotify.open()));
      }
      for (TreeRoot root : waiting) {
        owner.orElseThrow().addDevice(root.place().mount().device());
        tree.get().add(root);
      }
      waiting.clear();
    } catch (ErrnoException e) {
      String problem =
          e.errno() == Errno.EMFILE
              ? "no inotify instance left; raise it: sysctl fs.inotify.max_user_instances=512"
              : String.valueOf(e.getMessage());
      for (TreeRoot root : waiting) {
        root.forget();
        root.addProblem(root.path().bytes(), problem);
        root.publish(0);
      }
      timers.startSingleTimer(Retry.INSTANCE, FIRST_RETRY);
      reportWalked();
    }
  }

  private Behavior<Command> onPostStop() {
    tree.ifPresent(DirectoryTree::close);
    newFiles.close();
    runRemoved();
    mail.close();
    return this;
  }
}
