package io.nacre.engine.quarantine;

/** What became of an infected file; the words may hold bytes of paths as they are. */
public sealed interface ActionOutcome {

  /**
   * As it was asked for.
   *
   * @param detail where it is now, and what else is to be known
   */
  record Done(String detail) implements ActionOutcome {}

  /**
   * It is where it was, and as it was.
   *
   * @param why what stood in the way
   */
  record Failed(String why) implements ActionOutcome {}
}
