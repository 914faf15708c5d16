package io.nacre.engine;

import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.clamd.EmbeddedClamd;
import io.nacre.engine.clamd.Scanners;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The wait for clamd before the first mark, during which the kernel's timer is re-armed. */
final class ClamdReadiness {
  private static final Duration FIRST_REPLY = Duration.ofSeconds(2);

  private final Scanners scanners;
  private final Operating operating;

  ClamdReadiness(Scanners scanners, Operating operating) {
    this.scanners = scanners;
    this.operating = operating;
  }

  /**
   * Waits for the first reply of a clamd, so that it is exempt as the scanner before the first
   * mark; and for the signatures of an embedded clamd, within {@code timeout}.
   */
  void await(Duration timeout) throws EngineStartException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    long firstReplyNanos = System.nanoTime() + FIRST_REPLY.toNanos();
    while (state() == ClamdHealth.State.UNKNOWN && firstReplyNanos - System.nanoTime() > 0) {
      pauseArmed();
    }
    while (state() == ClamdHealth.State.STARTING) {
      if (deadlineNanos - System.nanoTime() < 0) {
        throw new EngineStartException(
            ExitCode.UNAVAILABLE,
            "clamd did not load its signatures within "
                + timeout.toSeconds()
                + " s; see "
                + scanners
                    .embedded()
                    .map(EmbeddedClamd::log)
                    .map(Object::toString)
                    .orElse("its log")
                + ", or raise nacre.clamd.start-timeout");
      }
      pauseArmed();
    }
  }

  private ClamdHealth.State state() {
    return scanners.clamds().best().state();
  }

  /** Re-arms the kernel's timer, since no watchdog runs yet; nothing is marked yet. */
  private void pauseArmed() throws EngineStartException {
    operating.rearm();
    try {
      TimeUnit.MILLISECONDS.sleep(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
