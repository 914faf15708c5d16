package io.nacre.engine;

import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.clamd.ClamdKeeper;
import io.nacre.engine.clamd.ClamdPool;
import io.nacre.engine.detection.Detections;
import io.nacre.engine.intake.FanotifyReader;
import io.nacre.engine.intake.ReaderWatch;
import io.nacre.engine.ops.ControlServer;
import io.nacre.engine.scan.ScanStream;
import io.nacre.engine.scan.Scanned;
import io.nacre.engine.watch.FilesystemWatch;
import io.nacre.engine.watch.TreeWatch;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The parent of every actor: starts the stages from the end to the beginning, so that each finds the
 * next one running, and places the marks last.
 *
 * <p>A stage that ends by itself ends the engine: a gate that is half alive is worse than none.
 */
final class Guardian extends AbstractBehavior<Guardian.Command> {

  /** What the guardian can be told. */
  sealed interface Command {}

  /** Read events. */
  enum Read implements Command {
    INSTANCE
  }

  /** Place the marks; events are read. */
  enum Protect implements Command {
    INSTANCE
  }

  private record Walked(String path) implements Command {}

  private record StageEnded(String stage) implements Command {}

  private static final DispatcherSelector OWN_THREAD =
      DispatcherSelector.fromConfig("nacre.pinned-dispatcher");

  private final EngineParts parts;
  private final ScanStream stream;
  private final Set<String> walking = new HashSet<>();

  static Behavior<Command> create(EngineParts parts) {
    return Behaviors.setup(context -> new Guardian(context, parts));
  }

  private Guardian(ActorContext<Command> context, EngineParts parts) {
    super(context);
    this.parts = parts;
    ClamdHealth health = parts.health();
    parts
        .embedded()
        .ifPresent(
            clamd -> context.spawn(ClamdKeeper.create(clamd), "clamd-keeper", OWN_THREAD));
    ClamdPool pool =
        ClamdPool.start(
            context, parts.clamd(), health, parts.scanners(), parts.stop(), parts.nanoClock());
    Detections detections = parts.detections();
    this.stream =
        ScanStream.start(
            context.getSystem(),
            parts.capacity(),
            parts.clamd().connections(),
            parts.nanoClock(),
            request -> pool.scan(request).thenApply(verdict -> new Scanned(request, verdict)),
            scanned -> detections.after(scanned.request(), scanned.verdict()));
    parts.occupancy().complete(stream::occupancy);
    context.pipeToSelf(stream.ended(), (done, failure) -> new StageEnded("the stream"));
    parts
        .controlSocket()
        .ifPresent(
            socket ->
                context.spawn(
                    ControlServer.create(
                        parts.controlPath().orElseThrow(),
                        socket,
                        parts.status(),
                        parts.stop(),
                        parts.nanoClock()),
                    "control",
                    OWN_THREAD));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Read.class, read -> onRead())
        .onMessage(Protect.class, protect -> onProtect())
        .onMessage(Walked.class, this::onWalked)
        .onMessage(StageEnded.class, this::onStageEnded)
        .build();
  }

  private Behavior<Command> onRead() {
    ReaderWatch watch = new ReaderWatch();
    FanotifyReader.Setup setup = parts.reader(stream::offer);
    for (FanotifyReader.Role role : FanotifyReader.Role.values()) {
      String name = "reader-" + role.label();
      ActorRef<FanotifyReader.Command> reader =
          getContext().spawn(FanotifyReader.create(setup, role, watch), name, OWN_THREAD);
      getContext().watchWith(reader, new StageEnded(name));
    }
    return this;
  }

  private Behavior<Command> onProtect() {
    ActorRef<TreeWatch.Walked> walked =
        getContext()
            .messageAdapter(TreeWatch.Walked.class, done -> new Walked(done.path()));
    switch (parts.strategy()) {
      case DDD -> {
        walking.addAll(parts.roots());
        parts.roots().forEach(root -> startTree(root, walked));
      }
      case FILESYSTEM ->
          parts
              .roots()
              .forEach(root -> FilesystemWatch.protect(root, parts.marks(), parts.coverage()));
    }
    readyIfWalked();
    return this;
  }

  private Behavior<Command> onWalked(Walked walked) {
    walking.remove(walked.path());
    readyIfWalked();
    return this;
  }

  private Behavior<Command> onStageEnded(StageEnded ended) {
    parts.failed().complete(ended.stage() + " ended");
    return this;
  }

  private void startTree(String root, ActorRef<TreeWatch.Walked> walked) {
    TreeWatch.Setup setup =
        new TreeWatch.Setup(root, parts.marks(), parts.rules(), parts.coverage(), parts.stop());
    ActorRef<TreeWatch.Command> tree =
        getContext().spawnAnonymous(TreeWatch.create(setup, walked), OWN_THREAD);
    getContext().watchWith(tree, new StageEnded("the watch of " + root));
  }

  private void readyIfWalked() {
    if (walking.isEmpty()) {
      parts.ready().complete(true);
    }
  }
}
