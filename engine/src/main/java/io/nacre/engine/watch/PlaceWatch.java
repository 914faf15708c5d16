package io.nacre.engine.watch;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.verdict.WholeFilesystems;
import io.nacre.engine.walk.OpenDirectoryLimit;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.coverage.CoverageCheck;
import io.nacre.engine.watch.filesystem.OutsidePaths;
import io.nacre.engine.watch.filesystem.WholeMountWatch;
import io.nacre.engine.watch.mark.MarkRegistry;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.newfiles.FileOpener;
import io.nacre.engine.watch.newfiles.NewFiles;
import io.nacre.engine.watch.place.MountChanges;
import io.nacre.engine.watch.place.MountTable;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.engine.watch.place.PlaceFinder;
import io.nacre.engine.watch.place.PlacePlan;
import io.nacre.engine.watch.place.Strategies;
import io.nacre.engine.watch.place.StrategyChoice;
import io.nacre.engine.watch.tree.ProtectedTrees;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

  /** The messages of a watch, sent by itself, its children and {@link Watching}. */
  public sealed interface Command {}

  private enum Step implements Command {
    INSTANCE
  }

  private record Walked(PathBytes path) implements Command {}

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
   * @param crossMounts whether mounts below the include paths are protected as well
   * @param outside brings the paths of events outside of the protected places
   * @param seen is kept up to date with the file systems on which every open waits
   * @param ownMounts is kept up to date with the mounts that protected places lie on
   * @param stop ends the waits and the actor
   */
  public record Setup(
      Strategies strategies,
      boolean crossMounts,
      Marks marks,
      PathRules rules,
      OutsidePaths outside,
      WholeFilesystems seen,
      OwnMounts ownMounts,
      Coverage coverage,
      WakeUp stop,
      LongSupplier nanoClock) {

    /** Returns the scope of a coverage check. */
    public CoverageCheck.Scope checked() {
      return new CoverageCheck.Scope(marks, rules, crossMounts, coverage, nanoClock);
    }
  }

  private static final int POLL_MILLIS = 200;
  private static final int WAITING_MILLIS = 20;
  private static final long FIND_NANOS = TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS / 2);

  /** Mount points move with directories, and no event reports that. */
  private static final long REREAD_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Setup setup;
  private final ActorRef<Ready> ready;
  private final PlaceFinder finder;
  private final PlacePlan planner;
  private final WholeMountWatch whole;
  private final Optional<FileOpener> opener;
  private final MountChanges changes;
  private Poll poll;
  private final Map<PathBytes, PlacePlan.Planned> places = new TreeMap<>();
  private final Map<PathBytes, String> reported = new HashMap<>();
  private final ProtectedTrees trees;

  /** Former mount points that the trees have not looked at yet. */
  private final List<PathBytes> uncovered = new ArrayList<>();

  private MountTable mounts;
  private long readAtNanos;
  private long foundAtNanos;
  private boolean hasMore;
  private boolean started;
  private boolean mayEverIgnore = true;

  /**
   * Protects the places of {@code setup}, and notifies {@code ready} when that was done once.
   *
   * @param newFiles takes files that come into the places without being written there
   */
  public static Behavior<Command> create(Setup setup, NewFileSink newFiles, ActorRef<Ready> ready) {
    return Behaviors.setup(context -> new PlaceWatch(context, setup, newFiles, ready));
  }

  private PlaceWatch(
      ActorContext<Command> context, Setup setup, NewFileSink newFiles, ActorRef<Ready> ready)
      throws IOException {
    super(context);
    this.setup = setup;
    this.ready = ready;
    this.opener =
        newFiles == NewFileSink.NONE
            ? Optional.empty()
            : Optional.of(FileOpener.start(newFiles, setup.nanoClock()));
    NewFileSink found = opener.<NewFileSink>map(opener -> opener).orElse(NewFileSink.NONE);
    this.finder = new PlaceFinder(setup.rules(), setup.crossMounts());
    this.planner = new PlacePlan(setup.strategies(), setup.rules());
    OpenDirectoryLimit openLimit = new OpenDirectoryLimit();
    this.trees =
        new ProtectedTrees(
            context,
            context.messageAdapter(ProtectedTrees.Walked.class, done -> new Walked(done.path())),
            new ProtectedTrees.Setup(
                new MarkRegistry(setup.marks()),
                setup.rules(),
                found,
                openLimit,
                setup.stop(),
                setup.nanoClock()));
    this.whole =
        new WholeMountWatch(
            setup.marks(),
            setup.rules(),
            setup.outside(),
            setup.seen(),
            new NewFiles(found, setup.rules(), openLimit, setup.nanoClock()),
            setup.nanoClock());
    this.changes = MountChanges.open();
    this.poll = wait(setup.stop(), changes, whole);
    this.mounts = MountTable.read();
    this.readAtNanos = setup.nanoClock().getAsLong();
    context.getSelf().tell(Step.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Step.class, step -> onStep())
        .onMessage(Walked.class, this::onWalked)
        .onMessage(AllowIgnoreMarks.class, this::onAllowIgnoreMarks)
        .onSignal(Terminated.class, ended -> Behaviors.stopped()) // and the engine with it
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onStep() throws IOException {
    if (started) {
      poll.await(hasMore ? 0 : whole.isWaiting() ? WAITING_MILLIS : POLL_MILLIS);
      if (poll.isReady(0)) {
        return Behaviors.stopped();
      }
    }
    hasMore = whole.step();
    long now = setup.nanoClock().getAsLong();
    boolean changed = poll.isReady(1);
    if (changed || now - readAtNanos > REREAD_NANOS) {
      readMounts();
    }
    if (changed || !started || now - foundAtNanos > FIND_NANOS) {
      foundAtNanos = now;
      PlaceFinder.Found found = finder.find(mounts);
      if (found.isStale()) {
        readMounts();
        found = finder.find(mounts);
      }
      boolean moved = agree(found);
      uncovered.forEach(trees::lookAt);
      uncovered.clear();
      if (changed || moved || !started) {
        whole.setIgnoreMarks(mayIgnore());
        poll = wait(setup.stop(), changes, whole);
      }
    }
    if (!started) {
      started = true;
      warnOfForeignNamespace();
      tellIfReady();
    }
    getContext().getSelf().tell(Step.INSTANCE);
    return this;
  }

  private void readMounts() throws IOException {
    MountTable before = mounts;
    mounts = MountTable.read();
    readAtNanos = setup.nanoClock().getAsLong();
    uncovered.addAll(mounts.pointsGoneSince(before));
  }

  private void warnOfForeignNamespace() {
    if (setup.strategies().contains(Strategy.MOUNT) && isForeignNamespace()) {
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

  private static Poll wait(WakeUp stop, MountChanges changes, WholeMountWatch whole) {
    List<Fd> others = new ArrayList<>(whole.fds());
    others.add(0, stop.fd());
    return changes.poll(others);
  }

  /**
   * Returns whether directories may be silenced. Ignore marks are removed all at once, so no other
   * inode marks may be there. Files that a bind mount shows inside may lie outside as well.
   */
  private boolean mayIgnore() {
    return mayEverIgnore
        && places.values().stream()
            .allMatch(
                at ->
                    at.isMarkedAsAWhole()
                        && !at.place().mount().isBind()
                        && whole.observesMoves(at.place()));
  }

  private Behavior<Command> onWalked(Walked walked) {
    trees.walked(walked.path());
    tellIfReady();
    return this;
  }

  private Behavior<Command> onAllowIgnoreMarks(AllowIgnoreMarks allow) throws ErrnoException {
    mayEverIgnore = allow.areAllowed();
    whole.setIgnoreMarks(mayIgnore());
    allow.done().complete(null);
    return this;
  }

  private void tellIfReady() {
    if (started && !trees.areWalking()) {
      ready.tell(Ready.INSTANCE);
    }
  }

  /** Protects the places that were found, and only those; returns true if that changed any. */
  private boolean agree(PlaceFinder.Found found) throws IOException {
    Map<PathBytes, PlacePlan.Planned> wanted = planner.plan(found.places(), mounts);
    List<PlacePlan.Planned> gone =
        places.values().stream()
            .filter(known -> !known.equals(wanted.get(known.place().path())))
            .filter(known -> !mayStillBe(known.place(), wanted, found))
            .toList();
    // A mark that another place needs as well stays, if that place is added first. A directory that
    // is followed keeps its mark for a moment. An overlay and its layers must take turns.
    boolean takesTurns = wanted.values().stream().anyMatch(PlacePlan.Planned::isOnOverlay);
    gone.stream()
        .filter(at -> takesTurns || !at.isMarkedAsAWhole())
        .forEach(at -> remove(at, wanted));
    List<PlacePlan.Planned> added =
        wanted.values().stream()
            .filter(planned -> !planned.equals(places.get(planned.place().path())))
            .filter(planned -> planned.strategy().isEmpty() || !takesTurns || !trees.areRemoving())
            .toList();
    boolean grown = false;
    for (PlacePlan.Planned planned : added) {
      grown |= add(planned);
    }
    gone.stream()
        .filter(at -> !takesTurns && at.isMarkedAsAWhole())
        .forEach(at -> remove(at, wanted));
    found.problems().forEach(this::report);
    List<PathBytes> solved =
        reported.keySet().stream().filter(path -> !found.problems().containsKey(path)).toList();
    solved.forEach(setup.coverage()::clearLeftOut);
    reported.keySet().removeAll(solved);
    if (!gone.isEmpty() || grown) {
      setup
          .ownMounts()
          .set(
              places.values().stream().mapToLong(at -> at.place().mountId()).toArray(),
              places.values().stream().anyMatch(PlacePlan.Planned::isMarkedAsAWhole));
      setup
          .coverage()
          .setPlaces(
              places.values().stream()
                  .map(known -> new Coverage.Watched(known.place(), known.strategy()))
                  .toList());
      return true;
    }
    return false;
  }

  /**
   * Returns true for a mount that could not be looked at, because the directories above it move
   * just now.
   */
  private static boolean mayStillBe(
      Place place, Map<PathBytes, PlacePlan.Planned> wanted, PlaceFinder.Found found) {
    return place.isMountPoint()
        && !wanted.containsKey(place.path())
        && found.unsure().contains(place.mount().id());
  }

  /** Protects a place; returns false if that must be tried again. */
  private boolean add(PlacePlan.Planned planned) throws ErrnoException {
    Place place = planned.place();
    StrategyChoice choice = planned.choice();
    Coverage.Claim claim = setup.coverage().claim(place.path(), Coverage.Entry.of(planned));
    if (planned.strategy().isEmpty()) {
      planned.gap().ifPresent(getContext().getLog()::warn);
      places.put(place.path(), planned);
      return true;
    }
    if (choice.strategy() == Strategy.DDD) {
      whole.setIgnoreMarks(/* allowed= */ false); // first, since it clears all inode marks
      trees.add(place, choice.reason(), claim);
    } else if (!whole.add(place, choice, claim)) {
      return false;
    }
    places.put(place.path(), planned);
    if (started) {
      getContext()
          .getLog()
          .info("{} is there, and protected by {}", place.path(), choice.strategy().label());
    }
    return true;
  }

  private void remove(PlacePlan.Planned known, Map<PathBytes, PlacePlan.Planned> wanted) {
    Place place = known.place();
    if (places.remove(place.path(), known)) { // else another one is there already
      reported.remove(place.path());
    }
    known.strategy().ifPresent(strategy -> unprotect(place, strategy));
    if (place.isMountPoint() && !wanted.containsKey(place.path())) {
      setup.coverage().remove(place.path());
    }
  }

  private void unprotect(Place place, Strategy strategy) {
    if (strategy != Strategy.DDD) {
      whole.remove(place, mounts);
      return;
    }
    trees.remove(place);
  }

  /** Reports that an include path is not there, or is not protected as a whole. */
  private void report(PathBytes include, String problem) {
    boolean isNew = !problem.equals(reported.put(include, problem));
    if (isNew) {
      getContext().getLog().warn("{}: {}", include, problem);
    }
    String line = include + ": " + problem;
    if (places.containsKey(include)) {
      setup.coverage().leaveOut(include, line); // the place may be another one than before
    } else if (isNew) {
      Coverage.Entry entry =
          Coverage.Entry.starting(
              include,
              new StrategyChoice(setup.strategies().at(include, setup.rules()), "configured"));
      setup.coverage().claim(include, entry.with(Coverage.State.MISSING, Optional.of(line)));
    }
  }

  private Behavior<Command> onPostStop() {
    changes.close();
    whole.close();
    opener.ifPresent(FileOpener::close); // the trees, which offer to it as well, have ended
    return this;
  }
}
