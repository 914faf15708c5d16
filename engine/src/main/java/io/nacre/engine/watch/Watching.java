package io.nacre.engine.watch;

import io.nacre.engine.config.WatchConfig;
import io.nacre.engine.context.Stage;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.context.StageChange;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.verdict.WholeFilesystems;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.coverage.CoverageCheck;
import io.nacre.engine.watch.coverage.ForeignMarks;
import io.nacre.engine.watch.filesystem.OutsidePaths;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The stage that marks the protected paths and follows what becomes of them.
 *
 * <ul>
 *   <li>Owns: every mark of the group on a protected path, the inotify instances, the coverage.
 *   <li>Must not own: the group itself.
 *   <li>Hands to: the background scans, which get the files that come in without an event.
 *   <li>Thread: the watch actors, each on a thread of its own.
 * </ul>
 */
public final class Watching implements Stage {
  private static final long CHANGE_SECONDS = 60;

  private final PlaceWatch.Setup setup;
  private final boolean scansNewFiles;

  /** Guards the start of a change, and marks that are removed while none runs. */
  private final Object changes = new Object();

  private CompletableFuture<Void> change = CompletableFuture.completedFuture(null);
  private volatile AskedPaths asked;
  private Optional<ActorRef<PlaceWatch.Command>> watch = Optional.empty();

  private Watching(PlaceWatch.Setup setup, AskedPaths asked, boolean scansNewFiles) {
    this.setup = setup;
    this.asked = asked;
    this.scansNewFiles = scansNewFiles;
  }

  /**
   * Opens the stage, which marks nothing yet.
   *
   * @param whole is kept up to date with the file systems on which every open waits
   */
  public static Watching open(WatchConfig config, StageContext context, WholeFilesystems whole)
      throws ErrnoException {
    OutsidePaths outside = OutsidePaths.open();
    WakeUp mail;
    try {
      mail = WakeUp.open();
    } catch (ErrnoException e) {
      outside.close();
      throw e;
    }
    return new Watching(
        new PlaceWatch.Setup(
            new Marks(context.group(), context.events()),
            outside,
            whole,
            context.ownMounts(),
            new Coverage(),
            mail,
            context.stop(),
            context.nanoClock()),
        new AskedPaths(config, context.policy().current().paths()),
        context.seesWrittenFiles());
  }

  /**
   * Starts to mark; events must be read by now.
   *
   * @param newFiles receives the files that come into protected directories without an event
   * @return completes when every path is protected or reported
   */
  public CompletionStage<Void> start(StageActors actors, NewFileSink newFiles) {
    CompletableFuture<Void> ready = new CompletableFuture<>();
    ActorRef<PlaceWatch.Ready> whenReady =
        actors.spawn(
            Behaviors.receiveMessage(
                done -> {
                  ready.complete(null);
                  return Behaviors.same();
                }),
            "watch-ready");
    watch =
        Optional.of(
            actors.spawnPinned(
                PlaceWatch.create(
                    setup, asked, scansNewFiles ? newFiles : NewFileSink.NONE, whenReady),
                "place-watch"));
    return ready;
  }

  /**
   * Prepares a change of the protected paths, their excludes and their strategies. A path that is
   * not there, or cannot be marked, refuses nothing: it is reported, as at the start. The events
   * and the prevention are those of the group, and stay.
   *
   * <p>The policy with {@code nextRules} must be published before the change is committed. The
   * commit completes when every path is protected or reported. A path that both configurations
   * protect is protected all the time.
   *
   * @param nextRules the path rules of {@code next}
   */
  public StageChange prepare(WatchConfig next, PathRules nextRules) {
    AskedPaths other = new AskedPaths(next, nextRules);
    ActorRef<PlaceWatch.Command> running =
        watch.orElseThrow(() -> new IllegalStateException("the watch stage is not started"));
    return () -> {
      CompletableFuture<Void> done = new CompletableFuture<>();
      synchronized (changes) {
        change = done;
        asked = other;
        running.tell(new PlaceWatch.Change(other, done));
      }
      setup.mail().signal();
      return done;
    };
  }

  /**
   * Sets whether directories outside of the protected paths may have ignore marks.
   *
   * @return completes when none has one, if none may
   */
  public CompletionStage<Void> allowIgnoreMarks(boolean areAllowed) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    watch.ifPresentOrElse(
        actor -> {
          actor.tell(new PlaceWatch.AllowIgnoreMarks(areAllowed, done));
          setup.mail().signal();
        },
        () -> done.complete(null));
    return done;
  }

  /**
   * Removes marks that a former engine has left on the group; takes a while. No change of the
   * protected paths runs meanwhile, since its marks would look like those.
   *
   * @return the number of marks; none if a change takes too long
   */
  public int removeForeignMarks() throws IOException {
    synchronized (changes) {
      if (!isChanged()) {
        return 0;
      }
      return new ForeignMarks(setup.marks(), coverage(), asked.rules()).remove();
    }
  }

  /** Waits for the end of the last change. */
  private boolean isChanged() {
    try {
      change.get(CHANGE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Returns the marks of the protected paths. */
  public Marks marks() {
    return setup.marks();
  }

  /** Returns the state of each protected path. */
  public Coverage coverage() {
    return setup.coverage();
  }

  /** Returns the scope of a check of the coverage that begins now. */
  public CoverageCheck.Scope checked() {
    AskedPaths now = asked;
    return new CoverageCheck.Scope(
        setup.marks(), now.rules(), now.config().crossMounts(), coverage(), setup.nanoClock());
  }

  /** Returns the sink of files outside of the protected paths. */
  public OutsidePaths outside() {
    return setup.outside();
  }

  @Override
  public void close() {
    setup.outside().close();
    setup.mail().close();
  }
}
