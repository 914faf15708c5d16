package io.nacre.engine.request;

/** Why a file is scanned. */
public enum ScanTrigger {
  /** A process opens it. */
  OPENED,
  /** A process opens it to execute it. */
  EXECUTED,
  /** A process has written it and closed it. */
  WRITTEN,
  /** An exempt program has opened it, and was allowed before the scan. */
  ALLOWED_UNSCANNED,
  /** It came into a protected directory with a directory that was moved there. */
  MOVED_IN,
  /** An earlier access was not scanned, so the file was in the rescan queue. */
  RESCAN,
  /** A process goes through its directory and is likely to open it next. */
  PREFETCH,
  /** An on-demand scan has found it. */
  ON_DEMAND;

  /** Returns true if no process waits for the verdict, so that the scan may wait for others. */
  public boolean isBackground() {
    return this != OPENED && this != EXECUTED;
  }

  /** Returns true if a process opened, wrote or moved the file, now or before. */
  public boolean isAccess() {
    return this != PREFETCH && this != ON_DEMAND;
  }

  /** Returns true if the component that requested the scan has counters of its own. */
  boolean isCountedByRequester() {
    return this == RESCAN || this == PREFETCH || this == ON_DEMAND;
  }
}
