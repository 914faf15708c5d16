package io.nacre.engine.ops;

import io.nacre.linux.process.ProcessExit;
import java.util.function.IntConsumer;

/**
 * The end of this process: in order, or at once, but never of a part of it.
 *
 * <p>A thread that dies of an unexpected error, and a call of {@code System.exit}, end the whole
 * process without waiting. The kernel then allows all opens that wait.
 */
public final class ProcessEnd {
  private static final long LAST_WORDS_MILLIS = 20;

  private final StandardError error;
  private final int status;
  private final IntConsumer exit = ProcessExit::now;
  private volatile boolean expected;

  /** Ends the process with {@code status} unless it ends in order. */
  public ProcessEnd(StandardError error, int status) {
    this.error = error;
    this.status = status;
  }

  /** Installs the handlers: from now on no thread of this process dies alone. */
  public void install() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> atOnce(thread.getName() + " failed: " + failure));
    Runtime.getRuntime().addShutdownHook(new Thread(this::onExit, "process-end"));
  }

  /** Declares that the end of the process, which comes now, is in order. */
  public void expect() {
    expected = true;
  }

  /** Prints the reason and ends the process; does not return. */
  public void atOnce(String reason) {
    try {
      System.err.println("nacre: " + reason + "; all waiting opens are allowed");
      error.drain(LAST_WORDS_MILLIS); // the reader of standard error may have stopped
    } finally {
      exit.accept(status);
    }
  }

  /** Pekko calls System.exit when one of its threads dies of an error, as without memory. */
  private void onExit() {
    if (!expected) {
      atOnce("an unexpected exit");
    }
  }
}
