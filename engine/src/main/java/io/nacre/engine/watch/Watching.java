package io.nacre.engine.watch;

import static java.util.stream.Collectors.toMap;

import io.nacre.engine.config.ProtectConfig;
import io.nacre.engine.config.WatchConfig;
import io.nacre.engine.context.Stage;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.verdict.WholeFilesystems;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.coverage.CoverageCheck;
import io.nacre.engine.watch.coverage.ForeignMarks;
import io.nacre.engine.watch.filesystem.OutsidePaths;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.place.Strategies;
import io.nacre.linux.ErrnoException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
  private final PlaceWatch.Setup setup;
  private final boolean scansNewFiles;
  private Optional<ActorRef<PlaceWatch.Command>> watch = Optional.empty();

  private Watching(PlaceWatch.Setup setup, boolean scansNewFiles) {
    this.setup = setup;
    this.scansNewFiles = scansNewFiles;
  }

  /**
   * Opens the stage, which marks nothing yet.
   *
   * @param whole is kept up to date with the file systems on which every open waits
   */
  public static Watching open(WatchConfig config, StageContext context, WholeFilesystems whole)
      throws ErrnoException {
    return new Watching(
        new PlaceWatch.Setup(
            strategies(config),
            config.crossMounts(),
            new Marks(context.group(), context.events()),
            context.policy().current().paths(),
            OutsidePaths.open(),
            whole,
            context.ownMounts(),
            new Coverage(),
            context.stop(),
            context.nanoClock()),
        context.seesWrittenFiles());
  }

  private static Strategies strategies(WatchConfig config) {
    return new Strategies(
        config.strategy(),
        config.protect().stream()
            .collect(
                toMap(
                    path -> path.path().toString(),
                    ProtectConfig::strategy,
                    (first, second) -> first)));
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
                PlaceWatch.create(setup, scansNewFiles ? newFiles : NewFileSink.NONE, whenReady),
                "place-watch"));
    return ready;
  }

  /**
   * Sets whether directories outside of the protected paths may have ignore marks.
   *
   * @return completes when none has one, if none may
   */
  public CompletionStage<Void> allowIgnoreMarks(boolean areAllowed) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    watch.ifPresentOrElse(
        actor -> actor.tell(new PlaceWatch.AllowIgnoreMarks(areAllowed, done)),
        () -> done.complete(null));
    return done;
  }

  /**
   * Removes marks that a former engine has left on the group; takes a while.
   *
   * @return the number of marks
   */
  public int removeForeignMarks() throws IOException {
    return new ForeignMarks(setup.marks(), setup.coverage(), setup.rules()).remove();
  }

  /** Returns the marks of the protected paths. */
  public Marks marks() {
    return setup.marks();
  }

  /** Returns the state of each protected path. */
  public Coverage coverage() {
    return setup.coverage();
  }

  /** Returns the scope of a check of the coverage. */
  public CoverageCheck.Scope checked() {
    return setup.checked();
  }

  /** Returns the sink of files outside of the protected paths. */
  public OutsidePaths outside() {
    return setup.outside();
  }

  @Override
  public void close() {
    setup.outside().close();
  }
}
