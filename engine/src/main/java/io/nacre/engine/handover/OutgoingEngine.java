package io.nacre.engine.handover;

import io.nacre.linux.Fd;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A running engine, as a hand-over uses it. No method waits for an opener. */
public interface OutgoingEngine {
  /** Returns the descriptor of the fanotify group. */
  Fd group();

  /** Returns whether openers wait for an answer: an engine that prevents has another group. */
  boolean isPreventing();

  /** Returns how long the successor may take until it is warm. */
  Duration warmUpTimeout();

  /** Returns which signatures the verdicts come from; empty if that is uncertain now. */
  String signatures();

  /** The successor never waits for an answer from now on. */
  void setOtherEngine(int pid);

  /** There is no successor any more. */
  void clearOtherEngine();

  /**
   * Removes all ignore marks, sets none from now on, and keeps all other marks.
   *
   * @throws IOException if an ignore mark cannot be removed now
   */
  void yieldMarks() throws IOException;

  /** Sets and removes marks as before {@link #yieldMarks}. */
  void reclaimMarks();

  /** Begins a copy of the caches: returns them, and logs from now on what is invalidated. */
  List<TransferableState> copyCaches();

  /** Returns what was invalidated since {@link #copyCaches}, for {@link IncomingEngine}. */
  Map<String, Object> invalidated();

  /** Ends the log. */
  void endCopy();

  /** Returns a number above those of all descriptors of this process. */
  int firstFreeNumber() throws IOException;

  /**
   * Stops reading. Events that were read are answered nevertheless.
   *
   * @return false if a reader waits for a file now; reading goes on then
   */
  boolean stopReading();

  /**
   * Answers all events whose descriptors have numbers from {@code firstNumber} on, since the
   * successor has ended, and reads again.
   */
  void resumeReading(int firstNumber);

  /** The successor reads now: it is the engine, and the service manager follows it. */
  void announceSuccessor(long pid);

  /** Returns whether every event that was read is answered, and nothing is scanned any more. */
  boolean isDone();

  /** Returns the state that is complete only at the end. */
  List<TransferableState> lastStates();

  /** Ends this engine, whose successor runs. */
  void leave();

  /** Ends this process at once, so that no opener waits for an engine that does not read. */
  void fail(String reason);
}
