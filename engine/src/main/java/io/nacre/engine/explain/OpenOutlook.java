package io.nacre.engine.explain;

import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.Response;
import java.util.Locale;
import java.util.Map;

/**
 * The answers that the opens of one user get at present.
 *
 * @param infected the answer to the open of an infected file
 * @param clean the answer to the open of a clean one
 * @param isWeakened whether opens that are otherwise scanned are allowed unscanned now
 * @param because the reason for the answers; empty if it is the content of the file
 */
public record OpenOutlook(Response infected, Response clean, boolean isWeakened, String because) {

  /** Returns the answers to opens that the kernel reports by {@code events}. */
  public static OpenOutlook of(
      long events, boolean isExempt, ClamdHealth.State clamd, FallbackPolicy fallback) {
    if ((events & FanotifyMask.FAN_OPEN_PERM) == 0) {
      return allowed(
          (events & FanotifyMask.FAN_OPEN) != 0 ? "prevention = detect" : "opens are no trigger");
    }
    if (isExempt) {
      return allowed("this user is exempt");
    }
    return switch (clamd) {
      case UP, BUSY -> new OpenOutlook(Response.DENY, Response.ALLOW, false, "");
      case DOWN ->
          unscanned("clamd is down", "on-error", fallback.responseTo(FallbackReason.CLAMD_DOWN));
      case UNKNOWN, STARTING ->
          unscanned(
              "clamd is starting", "on-error", fallback.responseTo(FallbackReason.CLAMD_DOWN));
      case RELOADING ->
          unscanned(
              "clamd loads signatures",
              "on-deadline",
              fallback.responseTo(FallbackReason.DEADLINE));
      case SILENT ->
          unscanned(
              "clamd does not answer", "on-deadline", fallback.responseTo(FallbackReason.DEADLINE));
    };
  }

  /** Returns the answers as values that JSON can hold. */
  public Map<String, Object> values() {
    return Map.of(
        "infected",
        infected.name().toLowerCase(Locale.ROOT),
        "clean",
        clean.name().toLowerCase(Locale.ROOT),
        "weakened",
        isWeakened,
        "because",
        because);
  }

  private static OpenOutlook allowed(String because) {
    return new OpenOutlook(Response.ALLOW, Response.ALLOW, false, because);
  }

  private static OpenOutlook unscanned(String why, String key, Response response) {
    boolean isAllowed = response == Response.ALLOW;
    return new OpenOutlook(
        response,
        response,
        isAllowed,
        why + ", so opens are " + (isAllowed ? "allowed unscanned" : "denied") + " by " + key);
  }
}
