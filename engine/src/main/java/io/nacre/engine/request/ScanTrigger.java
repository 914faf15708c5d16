package io.nacre.engine.request;

/** Why a file is looked at. */
public enum ScanTrigger {
  /** Somebody opens it. */
  OPENED,
  /** Somebody opens it to execute it. */
  EXECUTED,
  /** Somebody has written it and closed it. */
  WRITTEN,
  /** A program that is never held up has opened it. */
  LET_THROUGH,
  /** It came into a protected directory with a directory that was moved there. */
  MOVED_IN,
  /** It was left without a scan before, on another occasion, and is in the journal. */
  JOURNALLED,
  /** A process goes through its directory and is likely to open it next. */
  AHEAD,
  /** All files of the protected trees are gone through. */
  SWEPT;

  /** Returns true if nobody waits for the verdict, so that the scan may wait for everybody else. */
  public boolean isBackground() {
    return this != OPENED && this != EXECUTED;
  }

  /** Returns true if somebody opened, wrote or moved the file, and it is no mere guess. */
  public boolean isWanted() {
    return this != AHEAD && this != SWEPT;
  }

  /** Returns true if whoever asked for the scan counts it, and is told how it ends. */
  boolean isCountedByAsker() {
    return this == JOURNALLED || this == AHEAD || this == SWEPT;
  }
}
