package io.nacre.engine.request;

import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A file that is scanned while no process waits for it: written, allowed unscanned, moved in, from
 * the rescan queue, prefetched or on demand.
 *
 * <p>It has no deadline, and the kernel gets no response. The first verdict completes it, from any
 * thread; the end of the stream closes it once.
 */
public final class BackgroundScan implements ScanJob {
  private static final AccessOutcome NO_EARLIER_ACCESS =
      new AccessOutcome(
          ScanTrigger.RESCAN,
          ProcessInfo.NONE,
          Instant.EPOCH,
          new Answer(Response.ALLOW, new Verdict.Clean(), 0));

  private final JobContext context;
  private final FileAccess access;
  private final AccessOutcome earlier;
  private final JobFile file;
  private final AtomicReference<@Nullable Answer> result = new AtomicReference<>();

  private BackgroundScan(
      JobContext context, FileAccess access, AccessOutcome earlier, CloseObserver observer) {
    this.context = context;
    this.access = access;
    this.earlier = earlier;
    this.file = new JobFile(this, observer, context.closer());
  }

  /**
   * A scan of a file that was written. The writer is looked up at once, since it may end any time.
   */
  public static BackgroundScan written(
      JobContext context, int fd, int pid, FileFacts facts, long readAtNanos) {
    return ofAccess(
        context, new FileAccess(fd, ScanTrigger.WRITTEN, ProcessInfo.of(pid), facts, readAtNanos));
  }

  /** A scan of a file whose opener runs an exempt program and was allowed at once. */
  public static BackgroundScan allowedUnscanned(
      JobContext context, int fd, ProcessInfo opener, FileFacts facts, long readAtNanos) {
    return ofAccess(
        context, new FileAccess(fd, ScanTrigger.ALLOWED_UNSCANNED, opener, facts, readAtNanos));
  }

  /** A scan of a file that was moved in by an unknown process. */
  public static BackgroundScan movedIn(
      JobContext context, int fd, FileFacts facts, long foundAtNanos) {
    return ofAccess(
        context, new FileAccess(fd, ScanTrigger.MOVED_IN, ProcessInfo.NONE, facts, foundAtNanos));
  }

  private static BackgroundScan ofAccess(JobContext context, FileAccess access) {
    return new BackgroundScan(context, access, NO_EARLIER_ACCESS, context.observer());
  }

  /**
   * A scan of a file that was not scanned at an {@code earlier} access.
   *
   * @param observer receives the scan instead of the context's observer
   */
  public static BackgroundScan rescan(
      JobContext context,
      int fd,
      AccessOutcome earlier,
      CloseObserver observer,
      long foundAtNanos) {
    FileAccess access =
        new FileAccess(fd, ScanTrigger.RESCAN, earlier.process(), FileFacts.UNKNOWN, foundAtNanos);
    return new BackgroundScan(context, access, earlier, observer);
  }

  /**
   * A scan of a file that no process has opened yet.
   *
   * @param trigger why it is scanned nevertheless
   * @param observer receives the scan instead of the context's observer
   */
  public static BackgroundScan unopened(
      JobContext context,
      int fd,
      ScanTrigger trigger,
      FileFacts facts,
      CloseObserver observer,
      long foundAtNanos) {
    FileAccess access = new FileAccess(fd, trigger, ProcessInfo.NONE, facts, foundAtNanos);
    return new BackgroundScan(context, access, NO_EARLIER_ACCESS, observer);
  }

  @Override
  public FileAccess access() {
    return access;
  }

  @Override
  public ProcessInfo process() {
    return access.process();
  }

  @Override
  public void complete(Verdict verdict, long nowNanos) {
    Answer allowed = new Answer(Response.ALLOW, verdict, nowNanos - readAtNanos());
    if (result.compareAndSet(null, allowed) && !trigger().isCountedByRequester()) {
      context.counts().background().add(verdict);
    }
  }

  @Override
  public boolean isCompleted() {
    return result.get() != null;
  }

  @Override
  public Answer answer() {
    Answer now = result.get();
    if (now == null) {
      throw new IllegalStateException("not completed yet: " + this);
    }
    return now;
  }

  @Override
  public Verdict verdict() {
    return answer().because();
  }

  @Override
  public AccessOutcome outcome(Instant at) {
    return trigger() == ScanTrigger.RESCAN
        ? earlier
        : new AccessOutcome(trigger(), process(), at, answer());
  }

  @Override
  public void close() {
    if (!isCompleted()) {
      throw new IllegalStateException("closed before it was completed: " + this);
    }
    file.close();
  }

  @Override
  public String toString() {
    return "background scan (" + trigger() + ") of " + file;
  }
}
