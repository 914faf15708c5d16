package io.nacre.engine.request;

import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.ResponseBatch;

/**
 * Answers to many requests, told to the kernel by one call; belongs to one thread.
 *
 * <p>More than a saving: all who wait for one group sleep in one queue, and each answer wakes all
 * of them. Those woken leave the queue until they run, so that the answers behind the first one of
 * a call wake hardly anybody. One by one, ten thousand answers take the better part of a minute.
 */
public final class AnswerBatch {
  private static final int MOST = 1024;

  private final PermissionRequest.Context context;
  private final ResponseBatch responses;

  /** A batch for requests of {@code context}. */
  public AnswerBatch(PermissionRequest.Context context) {
    this.context = context;
    this.responses = new ResponseBatch(context.group(), MOST);
  }

  /**
   * Answers by {@code verdict} as {@link PermissionRequest#answer} does, but the kernel is told by
   * {@link #send}; close the request only behind that.
   */
  public void answer(PermissionRequest request, Verdict verdict, long nowNanos) {
    if (responses.size() == MOST) {
      send();
    }
    request.answer(verdict, nowNanos, responses);
  }

  /** Tells the kernel every answer. */
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
