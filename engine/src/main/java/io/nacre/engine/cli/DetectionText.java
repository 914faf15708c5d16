package io.nacre.engine.cli;

import io.nacre.engine.detection.Detection;
import io.nacre.engine.request.Answer;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.time.temporal.ChronoUnit;

/** A detection in words. */
final class DetectionText {
  private final OpenerText openers = new OpenerText();

  /**
   * Returns what happened: {@code denied}, {@code let through}, or {@code found} before an open.
   */
  static String outcome(Detection detection) {
    if (detection.occasion().isBackground()) {
      return "found";
    }
    return detection.answer().response() == Response.DENY ? "denied" : "let through";
  }

  /** Returns how it came to that, with who did it: {@code opened by cat (pid 12, user bob)}. */
  String cause(Detection detection) {
    return switch (detection.occasion()) {
      case OPENED -> "opened by " + openers.of(detection.opener()) + unscanned(detection);
      case EXECUTED -> "executed by " + openers.of(detection.opener()) + unscanned(detection);
      case WRITTEN -> "written by " + openers.of(detection.opener());
      case LET_THROUGH -> "let through to " + openers.of(detection.opener());
      case MOVED_IN -> "moved in";
      case JOURNALLED -> "found later";
      case AHEAD -> "scanned ahead";
      case SWEPT -> "found by a sweep";
    };
  }

  /** Returns when the opener was let through, and for want of what, if the verdict came later. */
  private static String unscanned(Detection detection) {
    Answer answer = detection.answer();
    return answer.response() == Response.ALLOW
            && answer.because() instanceof Verdict.Unscanned unscanned
        ? " at "
            + detection.since().truncatedTo(ChronoUnit.SECONDS)
            + ", answered=allow ("
            + unscanned.reason().label()
            + ")"
        : "";
  }
}
