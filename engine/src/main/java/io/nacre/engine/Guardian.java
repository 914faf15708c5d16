package io.nacre.engine;

import io.nacre.engine.context.StageActors;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
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

/** The parent of every actor of an engine; the end of any that was not dismissed ends it. */
final class Guardian extends AbstractBehavior<Guardian.Command> {

  /** Sent by {@link Actors} alone. */
  sealed interface Command {}

  private record Spawn<T>(
      Behavior<T> behavior, String name, Props props, CompletableFuture<ActorRef<T>> spawned)
      implements Command {}

  /** The expected end of several children, of which {@code left} have not ended. */
  private record Dismissal(AtomicInteger left, Runnable whenEnded) {
    void onEnd() {
      if (left.decrementAndGet() == 0) {
        whenEnded.run();
      }
    }
  }

  /** The children whose end is expected, and what follows the end of any other. */
  static final class Children {
    private final Map<ActorRef<?>, Dismissal> dismissed = new ConcurrentHashMap<>();
    private final Consumer<String> ended;

    /**
     * No children.
     *
     * @param ended receives the name of each actor or stream that ends by itself
     */
    Children(Consumer<String> ended) {
      this.ended = ended;
    }
  }

  private final Children children;

  /** A guardian without children. */
  static Behavior<Command> create(Children children) {
    return Behaviors.setup(context -> new Guardian(context, children));
  }

  private Guardian(ActorContext<Command> context, Children children) {
    super(context);
    this.children = children;
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
    Dismissal dismissal = children.dismissed.remove(child.getRef());
    if (dismissal == null) {
      children.ended.accept(child.getRef().path().name());
    } else {
      dismissal.onEnd();
    }
    return this;
  }

  /** The children of a guardian, started by the thread that starts the engine. */
  record Actors(ActorSystem<Command> system, Children children) implements StageActors {
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
    public void dismiss(Collection<? extends ActorRef<?>> dismissed, Runnable whenEnded) {
      Dismissal dismissal = new Dismissal(new AtomicInteger(dismissed.size()), whenEnded);
      dismissed.forEach(actor -> children.dismissed.put(actor, dismissal));
    }

    @Override
    public void endWith(CompletionStage<?> completion, String name) {
      CompletionStage<?> unused =
          completion.whenComplete((done, failure) -> children.ended.accept(name));
    }
  }
}
