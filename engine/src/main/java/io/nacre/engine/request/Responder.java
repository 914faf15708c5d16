package io.nacre.engine.request;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.fanotify.ResponseBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Sends the responses to single requests: at once, or, with many openers blocked, several by one
 * call a little later. For any thread.
 *
 * <p>Each call wakes every process that waits for the group. With thousands of them that is all the
 * processors do, so there must be few calls: see {@link AnswerBatch}. A request keeps its
 * descriptor until its response is sent.
 */
public final class Responder {
  /** With fewer blocked openers than this each response is sent at once. */
  private static final int MANY = 256;

  /** Responses that may wait; the thread that adds one more sends them all. */
  private static final int MAX_WAITING = 1024;

  /** How much longer a response may take for each blocked opener, in microseconds. */
  private static final int MICROS_PER_OPENER = 5;

  private static final int MAX_MICROS = 50_000;

  private final FanotifyGroup group;
  private final AnswerCounts counts;
  private final ResponseBatch batch;
  private final List<JobFile> waiting = new ArrayList<>();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "nacre-responder");
            thread.setDaemon(true);
            return thread;
          });

  /** A responder for the requests of {@code group} that {@code counts} counts. */
  Responder(FanotifyGroup group, AnswerCounts counts) {
    this.group = group;
    this.counts = counts;
    this.batch = new ResponseBatch(group, MAX_WAITING);
  }

  /** Sends {@code response} for {@code file}, now or soon, and then says so to the file. */
  void send(JobFile file, Response response) {
    int blocked = counts.unanswered().count();
    if (blocked < MANY) {
      sendNow(file, response);
    } else {
      sendLater(file, response, Math.min(blocked * MICROS_PER_OPENER, MAX_MICROS));
    }
  }

  private void sendNow(JobFile file, Response response) {
    try {
      group.respond(file.number(), response);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT) {
        // The kernel blocks the opener until the group closes; only the group's owner can help.
        throw new UnansweredException("the answer for " + file, e);
      }
      counts.addGone(1); // killed while it was blocked
    }
    file.responseSent();
  }

  private synchronized void sendLater(JobFile file, Response response, int micros) {
    batch.add(file.number(), response);
    waiting.add(file);
    if (waiting.size() == MAX_WAITING) {
      sendWaiting();
    } else if (waiting.size() == 1) {
      ScheduledFuture<?> unused = timer.schedule(this::sendOrDie, micros, TimeUnit.MICROSECONDS);
    }
  }

  private void sendOrDie() {
    try {
      sendWaiting();
    } catch (RuntimeException | Error e) {
      // The executor would swallow it, and the openers would stay blocked.
      Thread self = Thread.currentThread();
      self.getUncaughtExceptionHandler().uncaughtException(self, e);
    }
  }

  private synchronized void sendWaiting() {
    if (waiting.isEmpty()) {
      return;
    }
    try {
      counts.addGone(batch.send());
    } catch (ErrnoException e) {
      throw new UnansweredException("one of many answers", e);
    }
    waiting.forEach(JobFile::responseSent);
    waiting.clear();
  }
}
