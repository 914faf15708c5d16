package io.nacre.engine.request;

import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.ResponseBatch;

/**
 * Answers to many requests, whose responses go to the kernel by one call; belongs to one thread.
 *
 * <p>More than a saving: all openers that wait for one group sleep in one queue, and each call
 * wakes all of them. Those woken leave the queue until they run, so the later responses of a call
 * wake hardly any process. One by one, ten thousand responses take the better part of a minute.
 */
public final class AnswerBatch {
  private static final int MAX_RESPONSES = 1024;

  private final JobContext context;
  private final ResponseBatch responses;

  /** A batch for jobs of {@code context}. */
  public AnswerBatch(JobContext context) {
    this.context = context;
    this.responses = new ResponseBatch(context.group(), MAX_RESPONSES);
  }

  /**
   * Completes {@code job} with {@code verdict}. The response to a request is sent by {@link #send};
   * close the job only behind that.
   */
  public void complete(ScanJob job, Verdict verdict, long nowNanos) {
    if (responses.size() == MAX_RESPONSES) {
      send();
    }
    if (job instanceof PermissionRequest request) {
      request.answer(verdict, nowNanos, responses);
    } else {
      job.complete(verdict, nowNanos);
    }
  }

  /** Sends every response to the kernel. */
  public void send() {
    if (responses.size() == 0) {
      return;
    }
    try {
      context.counts().addGone(responses.send());
    } catch (ErrnoException e) {
      throw new UnansweredException("one of many answers", e);
    }
  }
}
