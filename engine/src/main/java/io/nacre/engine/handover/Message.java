package io.nacre.engine.handover;

import io.nacre.engine.json.JsonObject;

/** One message of the hand-over protocol. */
sealed interface Message {

  /**
   * A step of the protocol.
   *
   * @param type one of the constants of {@link Protocol}; others are ignored
   * @param body the arguments; unknown ones are ignored
   */
  record Control(String type, JsonObject body) implements Message {}

  /**
   * A part of the state.
   *
   * @param state the name of a {@link TransferableState}
   * @param bytes whole records
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Chunk(String state, byte[] bytes) implements Message {}
}
