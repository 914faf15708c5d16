package io.nacre.engine.explain;

import io.nacre.engine.intake.SimulatedOpen;
import io.nacre.engine.policy.Policy;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.InlineReason;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.file.Statx;
import java.util.Map;
import java.util.Optional;

/**
 * The predicted outcome of the next open of a file, and its reason.
 *
 * @param fate {@code allowed}, {@code denied}, {@code scanned}, or {@code unseen} if it raises no
 *     event
 */
record NextOpen(String fate, String because) {

  /** Predicts the outcome by the checks of an open, in the same order. */
  static NextOpen of(
      ExplainContext context,
      int uid,
      int fd,
      Statx file,
      FileMarks marks,
      CleanCache.State clean,
      Optional<String> signature) {
    if (marks.reporting().isEmpty()) {
      return new NextOpen("unseen", "no mark reports opens of this file");
    }
    if (marks.isDirectoryIgnored()) {
      return new NextOpen("unseen", "nothing in its directory is protected");
    }
    if (marks.isIgnored()) {
      return new NextOpen("unseen", "found clean, and an ignore mark in the kernel says so");
    }
    Policy policy = context.policy().current();
    Optional<InlineReason> allowed =
        SimulatedOpen.allowed(context.triage(), policy, fd, uid, clean == CleanCache.State.CLEAN);
    if (allowed.isPresent()) {
      return new NextOpen("allowed", because(allowed.get(), uid));
    }
    if (file.size() > policy.maxFileSizeBytes()) {
      Response answer = policy.fallback().responseTo(FallbackReason.OVERSIZE);
      return new NextOpen(fate(answer), "bigger than max-file-size, by on-oversize");
    }
    boolean isBlocked = (context.marks().events() & FanotifyMask.FAN_OPEN_PERM) != 0;
    if (signature.isPresent() && isBlocked) {
      return new NextOpen("denied", signature.get() + " was found in it");
    }
    OpenOutlook outlook =
        OpenOutlook.of(
            context.marks().events(),
            /* isExempt= */ false,
            context.clamd().get(),
            policy.fallback());
    if (!isBlocked) {
      return new NextOpen("scanned", "the opener does not wait for the verdict");
    }
    return outlook.because().isEmpty()
        ? new NextOpen("scanned", uncached(clean))
        : new NextOpen(fate(outlook.clean()), outlook.because());
  }

  private static String uncached(CleanCache.State clean) {
    return clean == CleanCache.State.SECOND_NAME
        ? "it has a second name, by which it may be changed unseen"
        : "not cached as clean";
  }

  /** Returns the outcome as values that JSON can hold. */
  Map<String, Object> values() {
    return Map.of("fate", fate, "because", because);
  }

  private static String because(InlineReason reason, int uid) {
    return switch (reason) {
      case EMPTY -> "it is empty";
      case CACHED_CLEAN -> "found clean, and not changed since";
      case OUTSIDE -> "outside of what is protected";
      case EXEMPT_USER -> "user " + uid + " is exempt";
      default -> reason.label();
    };
  }

  private static String fate(Response answer) {
    return answer == Response.ALLOW ? "allowed" : "denied";
  }
}
