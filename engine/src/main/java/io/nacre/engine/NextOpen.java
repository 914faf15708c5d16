package io.nacre.engine;

import io.nacre.engine.intake.SimulatedOpen;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.InlineReason;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.file.Statx;
import java.util.Map;
import java.util.Optional;

/**
 * How the next open of a file would fare, and why.
 *
 * @param fate {@code allowed}, {@code denied}, {@code scanned}, or {@code unseen} if nothing tells
 *     us of it
 */
record NextOpen(String fate, String because) {

  /** Asks in the order in which an open is answered. */
  static NextOpen of(
      EngineParts parts,
      int uid,
      int fd,
      Statx file,
      FileMarks marks,
      CleanCache.State clean,
      Optional<String> signature) {
    if (marks.telling().isEmpty()) {
      return new NextOpen("unseen", "no mark tells of opens of this file");
    }
    if (marks.isSilenced()) {
      return new NextOpen("unseen", "nothing in its directory is protected");
    }
    if (marks.isIgnored()) {
      return new NextOpen("unseen", "found clean, and the kernel was told so");
    }
    Optional<InlineReason> allowed =
        SimulatedOpen.allowed(parts.triage(), fd, uid, clean == CleanCache.State.CLEAN);
    if (allowed.isPresent()) {
      return new NextOpen("allowed", because(allowed.get(), uid));
    }
    if (file.size() > parts.triage().maxFileSizeBytes()) {
      Response answer = parts.requests().fallback().responseTo(FallbackReason.OVERSIZE);
      return new NextOpen(fate(answer), "bigger than max-file-size, by on-oversize");
    }
    boolean isHeldUp = (parts.places().marks().events() & FanotifyMask.FAN_OPEN_PERM) != 0;
    if (signature.isPresent() && isHeldUp) {
      return new NextOpen("denied", signature.get() + " was found in it");
    }
    OpenOutlook outlook =
        OpenOutlook.of(
            parts.places().marks().events(),
            /* isExempt= */ false,
            parts.clamds().best().state(),
            parts.requests().fallback());
    if (!isHeldUp) {
      return new NextOpen("scanned", "nobody waits for it");
    }
    return outlook.because().isEmpty()
        ? new NextOpen("scanned", unknown(clean))
        : new NextOpen(fate(outlook.clean()), outlook.because());
  }

  private static String unknown(CleanCache.State clean) {
    return clean == CleanCache.State.SECOND_NAME
        ? "it has a second name, by which it may be changed unseen"
        : "not known to be clean";
  }

  /** Returns it as values that JSON can hold. */
  Map<String, Object> values() {
    return Map.of("fate", fate, "because", because);
  }

  private static String because(InlineReason reason, int uid) {
    return switch (reason) {
      case EMPTY -> "it is empty";
      case KNOWN_CLEAN -> "found clean, and not changed since";
      case OUTSIDE -> "outside of what is protected";
      case EXEMPT_USER -> "user " + uid + " is exempt";
      default -> reason.label();
    };
  }

  private static String fate(Response answer) {
    return answer == Response.ALLOW ? "allowed" : "denied";
  }
}
