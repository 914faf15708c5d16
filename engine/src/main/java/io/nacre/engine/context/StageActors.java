package io.nacre.engine.context;

import java.util.Collection;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;

/**
 * The actors of an engine's stages. The end of any of them ends the engine, since half an engine
 * protects nothing. Used by the thread that starts or changes the engine.
 */
public interface StageActors {

  /** Starts an actor that never blocks. */
  <T> ActorRef<T> spawn(Behavior<T> behavior, String name);

  /** Starts an actor on a thread of its own, which it may block. */
  <T> ActorRef<T> spawnPinned(Behavior<T> behavior, String name);

  /**
   * Lets {@code dismissed} end without the end of the engine: a part of their stage is replaced.
   * The caller ends them.
   *
   * @param whenEnded runs when all of them have ended, and must not wait
   */
  void dismiss(Collection<? extends ActorRef<?>> dismissed, Runnable whenEnded);

  /** Ends the engine when {@code ended} completes. */
  void endWith(CompletionStage<?> ended, String name);

  /** Returns the actor system, for streams. */
  ActorSystem<?> system();
}
