package io.nacre.engine.request;

import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.policy.TestPolicy;
import java.time.Duration;
import java.util.Optional;

/** Builds a permission request: read at 0, with a blocked opener, unless it is said otherwise. */
public final class RequestBuilder {
  private final JobContext context;
  private final int fd;
  private ProcessInfo opener = ProcessInfo.NONE;
  private ScanTrigger trigger = ScanTrigger.OPENED;
  private FileFacts facts = FileFacts.UNKNOWN;
  private boolean isWaiting = true;
  private long readAtNanos;
  private Duration deadline = Duration.ofSeconds(1);
  private FallbackPolicy fallback = FallbackPolicy.ALLOW_ALL;

  private RequestBuilder(JobContext context, int fd) {
    this.context = context;
    this.fd = fd;
  }

  public static RequestBuilder of(JobContext context, int fd) {
    return new RequestBuilder(context, fd);
  }

  public RequestBuilder pid(int pid) {
    this.opener = ProcessInfo.of(pid, opener.program());
    return this;
  }

  public RequestBuilder program(String program) {
    this.opener = ProcessInfo.of(opener.pid(), Optional.of(program));
    return this;
  }

  public RequestBuilder trigger(ScanTrigger trigger) {
    this.trigger = trigger;
    return this;
  }

  public RequestBuilder facts(FileFacts facts) {
    this.facts = facts;
    return this;
  }

  public RequestBuilder waiting(boolean isWaiting) {
    this.isWaiting = isWaiting;
    return this;
  }

  public RequestBuilder readAt(long nanos) {
    this.readAtNanos = nanos;
    return this;
  }

  /** Sets the time from the read of the event to the deadline. */
  public RequestBuilder deadline(Duration deadline) {
    this.deadline = deadline;
    return this;
  }

  public RequestBuilder fallback(FallbackPolicy fallback) {
    this.fallback = fallback;
    return this;
  }

  public PermissionRequest build() {
    return new PermissionRequest(
        context,
        TestPolicy.of(fallback, deadline),
        new FileAccess(fd, trigger, opener, facts, readAtNanos),
        isWaiting);
  }
}
