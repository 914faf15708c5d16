package io.nacre.engine.quarantine;

/** What became of an infected file. The texts may hold unprintable bytes of paths. */
public sealed interface ActionOutcome {

  /**
   * The action is done.
   *
   * @param detail where the file is now, and further notes
   */
  record Done(String detail) implements ActionOutcome {}

  /**
   * The file is where it was, unchanged.
   *
   * @param why the obstacle
   */
  record Failed(String why) implements ActionOutcome {}
}
