package io.nacre.engine.watch;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.verdict.WholeFilesystems;
import io.nacre.engine.walk.OpenDirectoryLimit;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.filesystem.OutsidePaths;
import io.nacre.engine.watch.filesystem.WholeMountWatch;
import io.nacre.engine.watch.mark.MarkRegistry;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.newfiles.FileOpener;
import io.nacre.engine.watch.newfiles.NewFiles;
import io.nacre.engine.watch.place.MountChanges;
import io.nacre.engine.watch.place.MountTable;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.PlaceFinder;
import io.nacre.engine.watch.tree.ProtectedTrees;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The actor that protects each place: it follows the include paths, which come and go, and the
 * mounts below them. Each place is marked by its strategy.
 *
 * <p>Runs on a thread of its own. It looks whenever the mounts change, and a few times a second,
 * since no event reports a directory that is moved with its parents.
 */
public final class PlaceWatch extends AbstractBehavior<PlaceWatch.Command> {

  /** The messages of a watch, sent only by its stage, itself and its children. */
  public sealed interface Command {}

  private enum Step implements Command {
    INSTANCE
  }

  private record Walked(ProtectedTrees.Walked report) implements Command {}

  /** Protect what {@code asked} wants, and complete {@code done} when that is protected. */
  record Change(AskedPaths asked, CompletableFuture<Void> done) implements Command {}

  /**
   * Sets whether directories outside may be ignored. If not, all ignore marks are removed before
   * {@code done} completes.
   */
  record AllowIgnoreMarks(boolean areAllowed, CompletableFuture<Void> done) implements Command {}

  /** Sent once everything that is there is protected or reported. */
  public enum Ready {
    INSTANCE
  }

  /**
   * The settings and the collaborators of a watch.
   *
   * @param outside brings the paths of events outside of the protected places
   * @param seen is kept up to date with the file systems on which every open waits
   * @param ownMounts is kept up to date with the mounts that protected places lie on
   * @param mail is signalled after each {@link Change}
   * @param stop ends the waits and the actor
   */
  record Setup(
      Marks marks,
      OutsidePaths outside,
      WholeFilesystems seen,
      OwnMounts ownMounts,
      Coverage coverage,
      WakeUp mail,
      WakeUp stop,
      LongSupplier nanoClock) {}

  private static final int POLL_MILLIS = 200;
  private static final int WAITING_MILLIS = 20;
  private static final long FIND_NANOS = TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS / 2);

  /** Mount points move with directories, and no event reports that. */
  private static final long REREAD_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** A look at a thousand places takes long: it may use one part in so many of the time. */
  private static final int FIND_SHARE = 50;

  private final Setup setup;
  private final ActorRef<Ready> ready;
  private final ProtectedPlaces places;
  private final ProtectedTrees trees;
  private final WholeMountWatch whole;
  private final Optional<FileOpener> opener;
  private final MountChanges changes;
  private final List<CompletableFuture<Void>> changing = new ArrayList<>();

  /** Former mount points that the trees have not looked at yet. */
  private final List<PathBytes> uncovered = new ArrayList<>();

  private PlaceFinder finder;
  private Poll poll;
  private MountTable mounts;
  private long readAtNanos;
  private long nextFindNanos;
  private boolean hasMore;
  private boolean started;
  private boolean isChanged;
  private boolean mayEverIgnore = true;

  /**
   * Protects what {@code asked} wants, and notifies {@code ready} when that was done once.
   *
   * @param newFiles takes files that come into the places without being written there
   */
  static Behavior<Command> create(
      Setup setup, AskedPaths asked, NewFileSink newFiles, ActorRef<Ready> ready) {
    return Behaviors.setup(context -> new PlaceWatch(context, setup, asked, newFiles, ready));
  }

  private PlaceWatch(
      ActorContext<Command> context,
      Setup setup,
      AskedPaths asked,
      NewFileSink newFiles,
      ActorRef<Ready> ready)
      throws IOException {
    super(context);
    this.setup = setup;
    this.ready = ready;
    this.opener =
        newFiles == NewFileSink.NONE
            ? Optional.empty()
            : Optional.of(FileOpener.start(newFiles, setup.nanoClock()));
    NewFileSink found = opener.<NewFileSink>map(opener -> opener).orElse(NewFileSink.NONE);
    OpenDirectoryLimit openLimit = new OpenDirectoryLimit();
    this.trees =
        new ProtectedTrees(
            context,
            context.messageAdapter(ProtectedTrees.Walked.class, Walked::new),
            new ProtectedTrees.Setup(
                new MarkRegistry(setup.marks()),
                found,
                openLimit,
                setup.stop(),
                setup.nanoClock()));
    this.whole =
        new WholeMountWatch(
            setup.marks(),
            asked.rules(),
            setup.outside(),
            setup.seen(),
            new NewFiles(found, asked.rules(), openLimit, setup.nanoClock()),
            setup.nanoClock());
    this.places = new ProtectedPlaces(setup, asked, whole, trees);
    this.finder = asked.finder();
    this.changes = MountChanges.open();
    this.poll = newPoll();
    this.mounts = MountTable.read();
    this.readAtNanos = setup.nanoClock().getAsLong();
    warnOfForeignNamespace(asked);
    context.getSelf().tell(Step.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Step.class, step -> onStep())
        .onMessage(Change.class, this::onChange)
        .onMessage(Walked.class, this::onWalked)
        .onMessage(AllowIgnoreMarks.class, this::onAllowIgnoreMarks)
        .onSignal(Terminated.class, ended -> Behaviors.stopped()) // and the engine with it
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onStep() throws IOException {
    if (started) {
      poll.await(waitMillis());
      if (poll.isReady(0)) {
        return Behaviors.stopped();
      }
      if (poll.isReady(2)) {
        setup.mail().clear();
      }
    }
    hasMore = whole.step();
    boolean areOtherMounts = poll.isReady(1);
    if (areOtherMounts || setup.nanoClock().getAsLong() - readAtNanos > REREAD_NANOS) {
      readMounts();
    }
    if (areOtherMounts || isChanged || !started || isTimeToFind()) {
      look(areOtherMounts || isChanged || !started);
    }
    started = true;
    reportIfComplete();
    getContext().getSelf().tell(Step.INSTANCE);
    return this;
  }

  private int waitMillis() {
    return hasMore || isChanged ? 0 : whole.isWaiting() ? WAITING_MILLIS : POLL_MILLIS;
  }

  private boolean isTimeToFind() {
    return setup.nanoClock().getAsLong() - nextFindNanos > 0;
  }

  /** Has the protected places agree with what is there. */
  private void look(boolean isOther) throws IOException {
    long startNanos = setup.nanoClock().getAsLong();
    PlaceFinder.Found found = finder.find(mounts);
    if (found.isStale()) {
      readMounts();
      found = finder.find(mounts);
    }
    long endNanos = setup.nanoClock().getAsLong();
    long pauseNanos = Math.max(FIND_NANOS, (endNanos - startNanos) * FIND_SHARE);
    nextFindNanos = endNanos + Math.min(pauseNanos, REREAD_NANOS);
    isChanged = false;
    boolean moved = places.agree(found, mounts);
    uncovered.forEach(trees::lookAt);
    uncovered.clear();
    if (isOther || moved) {
      whole.setIgnoreMarks(mayIgnore());
      poll = newPoll();
    }
    if (!started) {
      places.reportNew();
    }
  }

  private void readMounts() throws IOException {
    MountTable before = mounts;
    mounts = MountTable.read();
    readAtNanos = setup.nanoClock().getAsLong();
    uncovered.addAll(mounts.pointsGoneSince(before));
  }

  private Behavior<Command> onChange(Change change) throws ErrnoException {
    places.change(change.asked());
    finder = change.asked().finder();
    changing.add(change.done());
    isChanged = true;
    warnOfForeignNamespace(change.asked());
    return this;
  }

  private Behavior<Command> onWalked(Walked walked) {
    trees.walked(walked.report());
    reportIfComplete();
    return this;
  }

  private Behavior<Command> onAllowIgnoreMarks(AllowIgnoreMarks allow) throws ErrnoException {
    mayEverIgnore = allow.areAllowed();
    whole.setIgnoreMarks(mayIgnore());
    allow.done().complete(null);
    return this;
  }

  private boolean mayIgnore() {
    return mayEverIgnore && places.mayIgnore();
  }

  private void reportIfComplete() {
    if (started && !isChanged && places.areComplete()) {
      ready.tell(Ready.INSTANCE);
      changing.forEach(done -> done.complete(null));
      changing.clear();
    }
  }

  private void warnOfForeignNamespace(AskedPaths asked) {
    if (asked.hasStrategy(Strategy.MOUNT) && isForeignNamespace()) {
      getContext()
          .getLog()
          .warn(
              "this mount namespace is not that of process 1, so that a mark on a mount sees only"
                  + " the opens of this one; use strategy = filesystem");
    }
  }

  private static boolean isForeignNamespace() {
    try {
      Path ours = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt"));
      return !ours.equals(Files.readSymbolicLink(Path.of("/proc/1/ns/mnt")));
    } catch (IOException e) {
      return false; // a security module denies the query
    }
  }

  /** Waits for the stop, for changes of the mounts, for mail, and for what {@code whole} has. */
  private Poll newPoll() {
    List<Fd> others = new ArrayList<>(List.of(setup.stop().fd(), setup.mail().fd()));
    others.addAll(whole.fds());
    return changes.poll(others);
  }

  private Behavior<Command> onPostStop() {
    changes.close();
    whole.close();
    opener.ifPresent(FileOpener::close); // the trees, which offer to it as well, have ended
    changing.forEach(done -> done.complete(null));
    return this;
  }
}
