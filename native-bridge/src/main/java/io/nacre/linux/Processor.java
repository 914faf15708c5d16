package io.nacre.linux;

/** The processor that the calling thread runs on. */
public final class Processor {
  private Processor() {}

  /** Runs another thread that waits for this processor, if there is one, by sched_yield(2). */
  public static void yieldToOthers() {
    IoLib.sched_yield(); // cannot fail
  }
}
