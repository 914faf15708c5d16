package io.nacre.engine.request;

import io.nacre.engine.policy.Policy;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.fanotify.ResponseBatch;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The open of a file, on its way to its answer: the event's descriptor, a deadline, and the duty to
 * answer once.
 *
 * <p>{@link #answer} may be called from any thread. The first call answers; a later one only adds
 * its verdict. {@link #close} is for the end of the stream alone, behind the answer and the scan:
 * the number of the descriptor is the kernel's name for the request.
 *
 * <p>In a group that only notifies, no process waits. The request is answered all the same, and the
 * kernel gets no response.
 */
public final class PermissionRequest implements ScanJob {
  private static final Verdict NO_VERDICT_YET =
      new Verdict.Unscanned(FallbackReason.STOPPING, "no verdict yet");

  private final JobContext context;
  private final Policy policy;
  private final FileAccess access;
  private final boolean isWaiting;
  private final JobFile file;
  private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();

  /** What a scan said, be it after the answer. */
  private volatile Verdict scanned = NO_VERDICT_YET;

  private volatile ProcessInfo process;
  private volatile boolean isInspected;

  /**
   * Takes ownership of the descriptor of an event.
   *
   * @param policy the policy that was in force when the event was read; it sets the deadline
   * @param access an open, with the event's descriptor
   * @param isWaiting whether the opener is blocked until the answer
   */
  public PermissionRequest(
      JobContext context, Policy policy, FileAccess access, boolean isWaiting) {
    this.context = context;
    this.policy = policy;
    this.access = access;
    this.isWaiting = isWaiting;
    this.process = access.process();
    this.file = new JobFile(this, context.observer(), context.closer());
    context.counts().unanswered().add(access.atNanos());
  }

  @Override
  public FileAccess access() {
    return access;
  }

  /** Returns the policy that was in force when the event was read. */
  public Policy policy() {
    return policy;
  }

  /** Returns the nanoseconds from {@code nowNanos} to the deadline; zero or less if it passed. */
  public long nanosLeft(long nowNanos) {
    return access.atNanos() + policy.deadlineNanos() - nowNanos;
  }

  @Override
  public ProcessInfo process() {
    return process;
  }

  /** Looks up the user the opener acts as; nothing if it is gone or outside our namespace. */
  public OptionalInt lookUpUser() {
    return ProcessInfo.userOf(access.process().pid());
  }

  @Override
  public boolean isCompleted() {
    return answer.get() != null;
  }

  @Override
  public Answer answer() {
    Answer now = answer.get();
    if (now == null) {
      throw new IllegalStateException("not answered yet: " + this);
    }
    return now;
  }

  @Override
  public Verdict verdict() {
    Verdict now = scanned;
    return now == NO_VERDICT_YET ? answer().because() : now;
  }

  @Override
  public AccessOutcome outcome(Instant at) {
    return new AccessOutcome(trigger(), process, at, answer());
  }

  @Override
  public void complete(Verdict verdict, long nowNanos) {
    answer(verdict, nowNanos);
  }

  /**
   * Answers by {@code verdict}, unless the request is answered already.
   *
   * @return true if this was the answer
   */
  public boolean answer(Verdict verdict, long nowNanos) {
    return answer(verdict, nowNanos, /* isCached= */ false);
  }

  /** Answers without a verdict, by the policy; unless the request is answered already. */
  public boolean answer(FallbackReason reason, long nowNanos) {
    return answer(new Verdict.Unscanned(reason, ""), nowNanos);
  }

  /** Denies by a cached verdict about this version of the file; unless it is answered already. */
  public boolean denyByCache(Verdict.Infected cached, long nowNanos) {
    return answer(cached, nowNanos, /* isCached= */ true);
  }

  /** As {@link #answer(Verdict, long)}, but the response is sent with {@code batch}. */
  void answer(Verdict verdict, long nowNanos, ResponseBatch batch) {
    Response response = claim(verdict, nowNanos);
    if (response != null) {
      if (isWaiting) {
        batch.add(file.number(), response);
      }
      count(verdict, response, /* isCached= */ false);
    }
  }

  private boolean answer(Verdict verdict, long nowNanos, boolean isCached) {
    Response response = claim(verdict, nowNanos);
    if (response == null) {
      return false;
    }
    if (isWaiting) {
      file.expectResponse();
      context.responder().send(file, response);
    }
    count(verdict, response, isCached);
    return true;
  }

  /** Returns the response to send, or null if the request is answered already. */
  private @Nullable Response claim(Verdict verdict, long nowNanos) {
    if (!isInspected && needsProcess(verdict)) {
      // Before the answer, since the opener may end right after it; procfs never waits.
      process = inspect();
      isInspected = true;
    }
    if (!(verdict instanceof Verdict.Unscanned)) {
      scanned = verdict;
    }
    Response response = isWaiting ? responseTo(verdict) : Response.ALLOW;
    Answer mine = new Answer(response, verdict, nowNanos - access.atNanos());
    return answer.compareAndSet(null, mine) ? response : null;
  }

  private Response responseTo(Verdict verdict) {
    if (verdict instanceof Verdict.Infected) {
      return Response.DENY;
    }
    return verdict instanceof Verdict.Unscanned unscanned
        ? policy.fallback().responseTo(unscanned.reason())
        : Response.ALLOW;
  }

  /**
   * Returns whether the opener is looked up. It is not for an answer that a reader thread or the
   * stream gives to thousands at once: each of them would wait for it.
   */
  private static boolean needsProcess(Verdict verdict) {
    return verdict instanceof Verdict.Infected
        || (verdict instanceof Verdict.Unscanned none
            && (none.reason() == FallbackReason.CLAMD_DOWN
                || none.reason() == FallbackReason.CLAMD_ERROR));
  }

  /** Behind the answer, the number may belong to another process; then its program tells. */
  private ProcessInfo inspect() {
    ProcessInfo before = access.process();
    ProcessInfo now = ProcessInfo.withSession(before.pid());
    boolean isSame = before.program().isEmpty() || now.program().equals(before.program());
    return isSame ? now : before;
  }

  private void count(Verdict verdict, Response response, boolean isCached) {
    context.counts().unanswered().remove(access.atNanos());
    if (isCached) {
      context.counts().addCached(response);
    } else {
      context.counts().add(response, verdict);
    }
  }

  @Override
  public void close() {
    if (!isCompleted()) {
      throw new IllegalStateException("closed before it was answered: " + this);
    }
    file.close();
  }

  @Override
  public String toString() {
    return "request of pid " + access.process().pid() + " for " + file;
  }
}
