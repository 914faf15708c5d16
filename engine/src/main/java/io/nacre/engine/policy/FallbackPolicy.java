package io.nacre.engine.policy;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.linux.fanotify.Response;

/**
 * The answers to opens without a verdict.
 *
 * @param onDeadline when the deadline passes
 * @param onError when clamd cannot be reached or fails
 * @param onOversize for a file above the size limit
 * @param onOverload when too many requests wait
 */
public record FallbackPolicy(
    Response onDeadline, Response onError, Response onOversize, Response onOverload) {

  /** Allows for every reason. */
  public static final FallbackPolicy ALLOW_ALL =
      new FallbackPolicy(Response.ALLOW, Response.ALLOW, Response.ALLOW, Response.ALLOW);

  /** Returns the answer for {@code reason}. */
  public Response responseTo(FallbackReason reason) {
    return switch (reason) {
      case DEADLINE, CLAMD_SILENT -> onDeadline;
      case CLAMD_DOWN, CLAMD_ERROR -> onError;
      case OVERSIZE -> onOversize;
      case OVERLOAD -> onOverload;
      // The group is closed a moment later, and then the kernel allows every open anyway.
      case STOPPING -> Response.ALLOW;
    };
  }
}
