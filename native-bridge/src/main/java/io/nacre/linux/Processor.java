package io.nacre.linux;

/** The processor that the calling thread runs on. */
public final class Processor {
  private Processor() {}

  /** Lets another thread run that waits for it, by sched_yield(2); returns at once if none does. */
  public static void yieldToOthers() {
    IoLib.sched_yield(); // cannot fail
  }
}
