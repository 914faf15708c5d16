package io.nacre.engine.ops;

import io.nacre.linux.process.ProcessExit;
import java.util.function.IntConsumer;

/**
 * How this process ends: in order, or at once, but never half of it.
 *
 * <p>Whatever dies of an error nobody expected, and whoever calls {@code System.exit}, takes the
 * whole process along, without a wait for anything, so that the kernel lets everybody through.
 */
public final class ProcessEnd {
  private static final long LAST_WORDS_MILLIS = 20;

  private final StandardError error;
  private final int status;
  private final IntConsumer exit = ProcessExit::now;
  private volatile boolean expected;

  /** Ends by {@code status} what does not end in order. */
  public ProcessEnd(StandardError error, int status) {
    this.error = error;
    this.status = status;
  }

  /** From now on no thread of this process dies alone. */
  public void install() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> atOnce(thread.getName() + " failed: " + failure));
    Runtime.getRuntime().addShutdownHook(new Thread(this::onExit, "process-end"));
  }

  /** The end that comes now is in order. */
  public void expect() {
    expected = true;
  }

  /** Says why, and ends the process; does not return. */
  public void atOnce(String reason) {
    try {
      System.err.println("nacre: " + reason + "; everybody who waits is let through");
      error.drain(LAST_WORDS_MILLIS); // whoever reads them may have stopped to
    } finally {
      exit.accept(status);
    }
  }

  /** Pekko exits like this when a thread of its own dies of an error such as a lack of memory. */
  private void onExit() {
    if (!expected) {
      atOnce("something ended the program");
    }
  }
}
