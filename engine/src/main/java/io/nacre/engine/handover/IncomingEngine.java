package io.nacre.engine.handover;

import io.nacre.engine.json.JsonObject;
import io.nacre.linux.Fd;
import java.io.IOException;
import java.util.List;

/** A starting engine that takes over from a running one, as a hand-over uses it. */
public interface IncomingEngine {
  /** Returns whether openers wait for an answer. */
  boolean isPreventing();

  /**
   * Takes the group of the running engine instead of its own. It reads nothing, and removes no mark
   * for now.
   */
  void adopt(Fd group) throws IOException;

  /** Returns which signatures the verdicts come from; empty if that is uncertain now. */
  String signatures();

  /** The running engine never waits for an answer of this one. */
  void setOtherEngine(int pid);

  /** The other engine has ended. */
  void clearOtherEngine();

  /** Returns the state that the running engine may send. */
  List<TransferableState> states();

  /** Removes what the running engine has invalidated since it sent its state. */
  void invalidate(JsonObject read);

  /** Begins to read; returns when the readers are about to. */
  void startReading();

  /** This is the engine now: the control socket and the marks are its own. */
  void commit() throws IOException;

  /** Answers the events that the other engine has read and left without an answer. */
  void answerAbandoned(int below);

  /** Removes the marks of the other engine that this one does not need. */
  void removeForeignMarks();
}
