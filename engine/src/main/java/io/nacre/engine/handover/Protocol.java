package io.nacre.engine.handover;

/**
 * The messages of a hand-over, in their order. The successor connects to a private socket of the
 * running engine.
 *
 * <pre>
 * successor                               running engine
 * hello {protocol, version}          →
 *                                    ←    welcome {pid} or refused {reason}
 * warm                               →    removes its ignore marks, keeps all other marks
 *                                    ←    group, with the descriptor
 * marked {signatures}                →    every path is marked; the running engine still reads
 *                                    ←    chunks of caches, if both have the same signatures
 *                                    ←    copied
 * pong                               ⇄    ping, until the successor replies fast
 * reserved                           ⇄    reserve {below}
 *                                         stops reading
 *                                    ←    read {below, invalidated}
 * reads, reading                     →    only now is the successor the engine
 *                                    ←    committed
 *                                         answers what it has read
 *                                    ←    chunks of the rescan queue
 *                                    ←    bye
 * </pre>
 *
 * <p>A message is a length of four bytes, a byte for its kind, and its content: JSON, or a chunk of
 * state. Types and members that a receiver does not know are ignored. What a receiver must know
 * raises {@link #VERSION}, and then both engines must have the same.
 */
final class Protocol {
  /** The version that both engines must have. */
  static final int VERSION = 1;

  static final String HELLO = "hello";
  static final String WELCOME = "welcome";
  static final String REFUSED = "refused";
  static final String WARM = "warm";
  static final String GROUP = "group";
  static final String MARKED = "marked";
  static final String COPIED = "copied";
  static final String PING = "ping";
  static final String PONG = "pong";
  static final String RESERVE = "reserve";
  static final String RESERVED = "reserved";
  static final String READ = "read";
  static final String READING = "reading";
  static final String COMMITTED = "committed";
  static final String BYE = "bye";

  /** The environment variable that names the private socket to a successor. */
  static final String SOCKET_VARIABLE = "NACRE_HAND_OVER";

  private Protocol() {}
}
