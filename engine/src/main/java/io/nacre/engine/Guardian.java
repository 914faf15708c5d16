package io.nacre.engine;

import io.nacre.engine.context.StageActors;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The parent of every actor of an engine; the end of any of them ends the engine. */
final class Guardian extends AbstractBehavior<Guardian.Command> {

  /** Sent by {@link Actors} alone. */
  sealed interface Command {}

  private record Spawn<T>(
      Behavior<T> behavior, String name, Props props, CompletableFuture<ActorRef<T>> spawned)
      implements Command {}

  /** Receives the name of the first actor or stream that ended. */
  private final Consumer<String> ended;

  /**
   * A guardian without children.
   *
   * @param ended receives the name of each actor that ends by itself
   */
  static Behavior<Command> create(Consumer<String> ended) {
    return Behaviors.setup(context -> new Guardian(context, ended));
  }

  private Guardian(ActorContext<Command> context, Consumer<String> ended) {
    super(context);
    this.ended = ended;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Spawn.class, spawn -> onSpawn((Spawn<?>) spawn))
        .onSignal(Terminated.class, this::onTerminated)
        .build();
  }

  private <T> Behavior<Command> onSpawn(Spawn<T> spawn) {
    ActorRef<T> actor = getContext().spawn(spawn.behavior(), spawn.name(), spawn.props());
    getContext().watch(actor);
    spawn.spawned().complete(actor);
    return this;
  }

  private Behavior<Command> onTerminated(Terminated child) {
    ended.accept(child.getRef().path().name());
    return this;
  }

  /** The children of a guardian, started by the thread that starts the engine. */
  record Actors(ActorSystem<Command> system, Consumer<String> ended) implements StageActors {
    private static final Duration SPAWN_TIMEOUT = Duration.ofSeconds(10);
    private static final Props OWN_THREAD =
        DispatcherSelector.fromConfig("nacre.pinned-dispatcher");

    @Override
    public <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
      return spawn(behavior, name, Props.empty());
    }

    @Override
    public <T> ActorRef<T> spawnPinned(Behavior<T> behavior, String name) {
      return spawn(behavior, name, OWN_THREAD);
    }

    private <T> ActorRef<T> spawn(Behavior<T> behavior, String name, Props props) {
      CompletableFuture<ActorRef<T>> spawned = new CompletableFuture<>();
      system.tell(new Spawn<>(behavior, name, props, spawned));
      try {
        return spawned.get(SPAWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while " + name + " was started", e);
      } catch (ExecutionException | TimeoutException e) {
        throw new IllegalStateException(name + " was not started: " + e, e);
      }
    }

    @Override
    public void endWith(CompletionStage<?> completion, String name) {
      CompletionStage<?> unused = completion.whenComplete((done, failure) -> ended.accept(name));
    }
  }
}
