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
 * Tells the kernel the answers to single requests: at once, or, while many wait, several by one
 * call a little later; for any thread.
 *
 * <p>Each call wakes everybody who waits for the group, to look for his answer. With thousands of
 * them that is all the processors do, so there must be few calls: see {@link AnswerBatch}. A
 * request keeps its descriptor until the kernel was told.
 */
public final class Responder {
  /** With fewer waiting than this nobody waits for others. */
  private static final int MANY = 256;

  /** Answers that may wait; whoever brings one more tells them all. */
  private static final int MOST = 1024;

  /** How much longer an answer may take for each that waits, in microseconds. */
  private static final int MICROS_FOR_EACH = 5;

  private static final int MICROS_AT_MOST = 50_000;

  private final FanotifyGroup group;
  private final AnswerCounts counts;
  private final ResponseBatch batch;
  private final List<PermissionRequest> told = new ArrayList<>();
  private final ScheduledThreadPoolExecutor later =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "nacre-responder");
            thread.setDaemon(true);
            return thread;
          });

  /** One for the requests of {@code group} that {@code counts} counts. */
  Responder(FanotifyGroup group, AnswerCounts counts) {
    this.group = group;
    this.counts = counts;
    this.batch = new ResponseBatch(group, MOST);
  }

  /** Tells the answer to {@code request} for its descriptor {@code fd}, now or soon. */
  void tell(PermissionRequest request, int fd, Response response) {
    int waiting = counts.unanswered().count();
    if (waiting < MANY) {
      tellNow(request, fd, response);
    } else {
      tellLater(request, fd, response, Math.min(waiting * MICROS_FOR_EACH, MICROS_AT_MOST));
    }
  }

  private void tellNow(PermissionRequest request, int fd, Response response) {
    try {
      group.respond(fd, response);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT) {
        // The kernel holds the process until the group closes; only the group's owner can help.
        throw new UnansweredException("the answer to the " + request, e);
      }
      counts.addGone(1); // killed while it waited
    }
    request.told();
  }

  private synchronized void tellLater(
      PermissionRequest request, int fd, Response response, int micros) {
    batch.add(fd, response);
    told.add(request);
    if (told.size() == MOST) {
      send();
    } else if (told.size() == 1) {
      ScheduledFuture<?> unused = later.schedule(this::sendOrDie, micros, TimeUnit.MICROSECONDS);
    }
  }

  private void sendOrDie() {
    try {
      send();
    } catch (RuntimeException | Error e) {
      // The executor would keep it to itself, and somebody waits for ever.
      Thread self = Thread.currentThread();
      self.getUncaughtExceptionHandler().uncaughtException(self, e);
    }
  }

  /** Tells what waits to be told. */
  private synchronized void send() {
    if (told.isEmpty()) {
      return;
    }
    try {
      counts.addGone(batch.send());
    } catch (ErrnoException e) {
      throw new UnansweredException("one of many answers", e);
    }
    told.forEach(PermissionRequest::told);
    told.clear();
  }
}
