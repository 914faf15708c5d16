package io.nacre.engine.detection.record;

import io.nacre.engine.request.Answer;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.time.temporal.ChronoUnit;

/** A detection in words. */
public final class DetectionText {
  private final ProcessText openers = new ProcessText();

  /**
   * Returns what happened: {@code denied}, {@code let through}, or {@code found} before an open.
   */
  public static String outcome(Detection detection) {
    if (detection.occasion().isBackground()) {
      return "found";
    }
    return detection.answer().response() == Response.DENY ? "denied" : "let through";
  }

  /** Returns all of it on one line, as it is logged. */
  public String line(DetectionRecord record) {
    Detection detection = record.detection();
    String found = outcome(detection) + " " + detection.path() + ": " + detection.signature();
    String line =
        detection.occasion().isBackground()
            ? found + " (" + cause(detection) + ")"
            : found + " FOUND, " + cause(detection);
    String action = action(record.action());
    return action.isEmpty() ? line : line + "; " + action;
  }

  /** Returns what became of the file: {@code moved to …}; empty if it stayed as it was meant to. */
  public static String action(ActionResult result) {
    return switch (result.kind()) {
      case NONE -> "";
      case MOVED -> "moved to " + result.detail();
      case COPIED -> "copied to " + result.detail();
      case REMOVED -> "removed";
      case FAILED -> "left where it is: " + result.detail();
    };
  }

  /** Returns how it came to that, with who did it: {@code opened by cat (pid 12, user bob)}. */
  public String cause(Detection detection) {
    return switch (detection.occasion()) {
      case OPENED -> "opened by " + openers.of(detection.opener()) + unscanned(detection);
      case EXECUTED -> "executed by " + openers.of(detection.opener()) + unscanned(detection);
      case WRITTEN -> "written by " + openers.of(detection.opener());
      case ALLOWED_UNSCANNED -> "let through to " + openers.of(detection.opener());
      case MOVED_IN -> "moved in";
      case RESCAN -> "found later";
      case PREFETCH -> "prefetched";
      case ON_DEMAND -> "found by an on-demand scan";
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
