package io.nacre.engine.kernelcache;

import io.nacre.engine.kernelcache.KernelCacheActor.Command;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.WakeUp;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The bounded way to the mailbox of the {@link KernelCacheActor}, and the signal that ends its
 * wait.
 *
 * <p><b>Owns</b> each message, with its descriptor, until the actor takes it: a message that is
 * left when the actor has ended is dropped. <b>Hands to</b> the actor. <b>Thread</b>: any sends;
 * the actor's takes and closes.
 */
final class KernelCacheMailbox implements AutoCloseable {
  /** How many offers may wait; other messages are bounded by their senders, which wait. */
  private static final int OFFERS = 1024;

  private final WakeUp wakeUp;
  private final AtomicBoolean isSignalled = new AtomicBoolean();
  private final Semaphore room = new Semaphore(OFFERS);
  private final Set<Command> waiting = ConcurrentHashMap.newKeySet();
  private volatile Optional<ActorRef<Command>> actor = Optional.empty();
  private volatile boolean isClosed;

  private KernelCacheMailbox(WakeUp wakeUp) {
    this.wakeUp = wakeUp;
  }

  /** Opens one that drops messages until an actor is attached. */
  static KernelCacheMailbox open() throws ErrnoException {
    return new KernelCacheMailbox(WakeUp.open());
  }

  /** Uses the table of waiting messages once, and drops {@code message}. */
  void warmUp(Command message) {
    waiting.add(message);
    if (waiting.remove(message)) {
      message.drop();
    }
  }

  /** Passes messages to {@code actor} from now on. */
  void attach(ActorRef<Command> actor) {
    this.actor = Optional.of(actor);
  }

  /** Returns whether an actor was ever attached. */
  boolean isAttached() {
    return actor.isPresent();
  }

  /** Returns whether another offer may be sent. */
  boolean hasRoom() {
    return room.availablePermits() > 0 && isAttached();
  }

  /** Sends an offer, or returns false if too many wait; the offer is then the caller's. */
  boolean trySend(KernelCacheActor.Offer offer) {
    if (!room.tryAcquire()) {
      return false;
    }
    if (deliver(offer)) {
      return true;
    }
    room.release();
    return false;
  }

  /** Sends a message of a caller that waits for its reply; drops it if the actor has ended. */
  void send(Command message) {
    if (!deliver(message)) {
      message.drop();
    }
  }

  /** Returns false if there is no actor; the message is then the caller's. */
  private boolean deliver(Command message) {
    if (actor.isEmpty()) {
      return false;
    }
    waiting.add(message);
    if (isClosed) {
      return !waiting.remove(message); // else close() has dropped it
    }
    actor.get().tell(message);
    if (isSignalled.compareAndSet(false, true)) {
      wakeUp.signal();
    }
    return true;
  }

  /** Makes the actor the owner of {@code message}, or returns false if it was dropped. */
  boolean take(Command message) {
    if (!waiting.remove(message)) {
      return false;
    }
    if (message instanceof KernelCacheActor.Offer) {
      room.release();
    }
    return true;
  }

  /** Returns the number of messages that the actor has not taken. */
  int size() {
    return waiting.size();
  }

  /** Returns the descriptor that becomes readable when a message was sent. */
  Fd fd() {
    return wakeUp.fd();
  }

  /** Clears the signal, before the actor reads its mailbox: a later message signals again. */
  void clearSignal() {
    wakeUp.clear();
    isSignalled.set(false);
  }

  /** Drops the messages that are left, and all later ones; when the actor has ended. */
  @Override
  public void close() {
    isClosed = true;
    List.copyOf(waiting).stream().filter(waiting::remove).forEach(Command::drop);
    wakeUp.close();
  }
}
