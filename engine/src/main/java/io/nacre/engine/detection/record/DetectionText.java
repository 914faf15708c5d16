package io.nacre.engine.detection.record;

import io.nacre.engine.request.Answer;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.time.temporal.ChronoUnit;

/** A detection as text. */
public final class DetectionText {
  private final ProcessText processes = new ProcessText();

  /**
   * Returns the outcome for the opener: {@code denied} or {@code allowed unscanned}; {@code found}
   * if no process waited.
   */
  public static String outcome(Detection detection) {
    if (detection.trigger().isBackground()) {
      return "found";
    }
    return detection.answer().response() == Response.DENY ? "denied" : "allowed unscanned";
  }

  /** Returns the line for the log. */
  public String line(DetectionRecord record) {
    Detection detection = record.detection();
    String found = outcome(detection) + " " + detection.path() + ": " + detection.signature();
    String line =
        detection.trigger().isBackground()
            ? found + " (" + cause(detection) + ")"
            : found + " FOUND, " + cause(detection);
    String action = action(record.action());
    return action.isEmpty() ? line : line + "; " + action;
  }

  /** Returns what became of the file: {@code moved to …}; empty without an action. */
  public static String action(ActionResult result) {
    return switch (result.kind()) {
      case NONE -> "";
      case MOVED -> "moved to " + result.detail();
      case COPIED -> "copied to " + result.detail();
      case REMOVED -> "removed";
      case FAILED -> "left where it is: " + result.detail();
    };
  }

  /** Returns the access or the scan, and the process: {@code opened by cat (pid 12, user bob)}. */
  public String cause(Detection detection) {
    return switch (detection.trigger()) {
      case OPENED -> "opened by " + processes.of(detection.process()) + unscanned(detection);
      case EXECUTED -> "executed by " + processes.of(detection.process()) + unscanned(detection);
      case WRITTEN -> "written by " + processes.of(detection.process());
      case ALLOWED_UNSCANNED -> "opened unscanned by " + processes.of(detection.process());
      case MOVED_IN -> "moved in";
      case RESCAN -> "found later";
      case PREFETCH -> "prefetched";
      case ON_DEMAND -> "found by an on-demand scan";
    };
  }

  /** Returns when and why the open was allowed, if the verdict came after the answer. */
  private static String unscanned(Detection detection) {
    Answer answer = detection.answer();
    return answer.response() == Response.ALLOW
            && answer.because() instanceof Verdict.Unscanned unscanned
        ? " at "
            + detection.accessedAt().truncatedTo(ChronoUnit.SECONDS)
            + ", answered=allow ("
            + unscanned.reason().label()
            + ")"
        : "";
  }
}
