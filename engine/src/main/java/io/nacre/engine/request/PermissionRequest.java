package io.nacre.engine.request;

import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Fd;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.fanotify.ResponseBatch;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A file that an event is about: the event's descriptor, and the duty to answer it, since as a rule
 * a process waits to open the file.
 *
 * <p>{@link #answer} may be called from any thread; the first one answers, the others change
 * nothing. {@link #close} is for the end of the pipeline alone, after the answer and when nobody
 * scans the descriptor any more: its number is the kernel's name for the request.
 *
 * <p>An event of a group that only notifies has nobody waiting; it is answered all the same, and
 * the kernel is not told. The same goes for a file that nobody opens and that is scanned in the
 * background; that one has no deadline, and counts as no answer.
 *
 * <p>A verdict may come after the answer, and is known from then on: {@link #verdict}.
 */
public final class PermissionRequest {

  /**
   * What all requests of one group have in common.
   *
   * @param whenClosed is told of each request before its descriptor is closed, on the thread that
   *     closes it; a request that nobody opens may have its own instead
   * @param closer closes the descriptors
   * @param responder tells the kernel single answers
   */
  public record Context(
      FanotifyGroup group,
      FallbackPolicy fallback,
      AnswerCounts counts,
      Consumer<PermissionRequest> whenClosed,
      DescriptorCloser closer,
      Responder responder) {

    /** A context that tells the kernel by a responder of its own. */
    public Context(
        FanotifyGroup group,
        FallbackPolicy fallback,
        AnswerCounts counts,
        Consumer<PermissionRequest> whenClosed,
        DescriptorCloser closer) {
      this(group, fallback, counts, whenClosed, closer, new Responder(group, counts));
    }

    /** A context in which nobody wants to be told, and everybody closes at once. */
    public Context(FanotifyGroup group, FallbackPolicy fallback, AnswerCounts counts) {
      this(group, fallback, counts, request -> {}, DescriptorCloser.AT_ONCE);
    }
  }

  private static final long NEVER = Long.MAX_VALUE / 2;

  private final Context context;
  private final Fd file;
  private final int pid;
  private final ScanTrigger occasion;
  private final Optional<FileFacts> facts;
  private final boolean waiting;
  private final long readAtNanos;
  private final long deadlineNanos;
  private final AtomicReference<@Nullable Answer> answer = new AtomicReference<>();

  /** Whether the kernel is told on its own time; written before anybody learns of the answer. */
  private volatile boolean isToldLater;

  /** Set by the first of two: the kernel was told, and the descriptor is to be closed. */
  private final AtomicBoolean isTold = new AtomicBoolean();

  private volatile Optional<Verdict> found = Optional.empty();
  private volatile Optional<ProcessInfo> opener = Optional.empty();
  private Optional<String> program = Optional.empty();
  private Optional<AccessOutcome> passage = Optional.empty();
  private Consumer<PermissionRequest> whenClosed;

  /**
   * Takes ownership of an event's descriptor, of a file of which nothing is known.
   *
   * @param eventFd the descriptor
   * @param pid the process, 0 if it lives outside our process namespace
   * @param waiting whether the process is blocked until we answer
   * @param readAtNanos when the event was read, by the clock that measures deadlines
   * @param deadlineNanos when it is answered at the latest
   */
  public PermissionRequest(
      Context context,
      int eventFd,
      int pid,
      boolean waiting,
      long readAtNanos,
      long deadlineNanos) {
    this(
        context,
        eventFd,
        pid,
        ScanTrigger.OPENED,
        Optional.empty(),
        waiting,
        readAtNanos,
        deadlineNanos);
  }

  /**
   * Takes ownership of an event's descriptor.
   *
   * @param occasion opened, or opened to be executed
   * @param facts what the kernel said of the file, if it said anything
   */
  public PermissionRequest(
      Context context,
      int eventFd,
      int pid,
      ScanTrigger occasion,
      Optional<FileFacts> facts,
      boolean waiting,
      long readAtNanos,
      long deadlineNanos) {
    this.context = context;
    this.file = new Fd(eventFd);
    this.pid = pid;
    this.occasion = occasion;
    this.facts = facts;
    this.waiting = waiting;
    this.readAtNanos = readAtNanos;
    this.deadlineNanos = deadlineNanos;
    this.whenClosed = context.whenClosed();
    if (!occasion.isBackground()) {
      context.counts().unanswered().add(readAtNanos);
    }
  }

  /**
   * Takes ownership of the descriptor of a file that was written, and looks at once who did it,
   * since nothing keeps that process from ending.
   */
  public static PermissionRequest written(
      Context context, int eventFd, int pid, Optional<FileFacts> facts, long readAtNanos) {
    PermissionRequest request =
        background(context, eventFd, pid, ScanTrigger.WRITTEN, facts, readAtNanos);
    request.opener = Optional.of(ProcessInfo.of(pid));
    return request;
  }

  /** Takes ownership of the descriptor of a file that a program was let through to at once. */
  public static PermissionRequest letThrough(
      Context context, int eventFd, int pid, Optional<FileFacts> facts, long readAtNanos) {
    return background(context, eventFd, pid, ScanTrigger.LET_THROUGH, facts, readAtNanos);
  }

  /** Takes ownership of the descriptor of a file that was moved in, by whomever. */
  public static PermissionRequest movedIn(
      Context context, int fd, Optional<FileFacts> facts, long foundAtNanos) {
    return background(context, fd, 0, ScanTrigger.MOVED_IN, facts, foundAtNanos);
  }

  /**
   * Takes ownership of the descriptor of a file that got past the scan by {@code passage}.
   *
   * @param whenClosed is told of it instead of the context's
   */
  public static PermissionRequest journalled(
      Context context,
      int fd,
      AccessOutcome passage,
      Consumer<PermissionRequest> whenClosed,
      long foundAtNanos) {
    PermissionRequest request =
        background(
            context,
            fd,
            passage.opener().pid(),
            ScanTrigger.JOURNALLED,
            Optional.empty(),
            foundAtNanos);
    request.opener = Optional.of(passage.opener());
    request.passage = Optional.of(passage);
    request.whenClosed = whenClosed;
    return request;
  }

  /**
   * Takes ownership of the descriptor of a file that nobody has opened yet.
   *
   * @param occasion why it is scanned nevertheless
   * @param whenClosed is told of it instead of the context's
   */
  public static PermissionRequest unopened(
      Context context,
      int fd,
      ScanTrigger occasion,
      FileFacts facts,
      Consumer<PermissionRequest> whenClosed,
      long foundAtNanos) {
    PermissionRequest request =
        background(context, fd, 0, occasion, Optional.of(facts), foundAtNanos);
    request.whenClosed = whenClosed;
    return request;
  }

  private static PermissionRequest background(
      Context context, int fd, int pid, ScanTrigger occasion, Optional<FileFacts> facts, long at) {
    return new PermissionRequest(
        context, fd, pid, occasion, facts, /* waiting= */ false, at, at + NEVER);
  }

  /** Returns the descriptor of the file to scan, open until {@link #close}. */
  public int file() {
    return file.number();
  }

  /** Returns the process, 0 if it lives outside our process namespace or there is none. */
  public int pid() {
    return pid;
  }

  /** Returns why the file is looked at. */
  public ScanTrigger occasion() {
    return occasion;
  }

  /** Returns how the file got past the scan before, for a request of the journal. */
  public Optional<AccessOutcome> passage() {
    return passage;
  }

  /** Says which program the process runs; for who made the request, before he hands it on. */
  public void learnProgram(Optional<String> program) {
    this.program = program;
  }

  /** Returns what the kernel said of the file when the event was read, if it said anything. */
  public Optional<FileFacts> facts() {
    return facts;
  }

  /** Returns when the event was read. */
  public long readAtNanos() {
    return readAtNanos;
  }

  /** Returns the nanoseconds from {@code nowNanos} to the deadline; none or fewer if it passed. */
  public long nanosLeft(long nowNanos) {
    return deadlineNanos - nowNanos;
  }

  /** Returns how the request was answered, or nothing yet. */
  public Optional<Answer> answered() {
    return Optional.ofNullable(answer.get());
  }

  /** Returns what a scan found, be it after the answer; or why there was none. */
  public Verdict verdict() {
    return found.orElseGet(() -> answered().orElseThrow().because());
  }

  /** Returns who waited, or who wrote the file, as far as that is known. */
  public ProcessInfo opener() {
    return opener.orElseGet(() -> new ProcessInfo(pid, OptionalInt.empty(), program));
  }

  /** Looks up the user the process acts as; nothing if it is gone or outside our namespace. */
  public OptionalInt lookUpUser() {
    return ProcessInfo.userOf(pid);
  }

  /**
   * Answers by {@code verdict}, unless the request is answered already.
   *
   * @return true if this was the answer
   */
  public boolean answer(Verdict verdict, long nowNanos) {
    return answer(verdict, nowNanos, /* known= */ false);
  }

  /** Denies by what was found in this version of the file before; unless it is answered already. */
  public boolean denyAsKnown(Verdict.Infected found, long nowNanos) {
    return answer(found, nowNanos, /* known= */ true);
  }

  /** As {@link #answer(Verdict, long)}, but the kernel is told when {@code batch} is sent. */
  void answer(Verdict verdict, long nowNanos, ResponseBatch batch) {
    Response told = claim(verdict, nowNanos);
    if (told != null) {
      if (waiting) {
        batch.add(file.number(), told);
      }
      count(verdict, told, /* known= */ false);
    }
  }

  private boolean answer(Verdict verdict, long nowNanos, boolean known) {
    Response told = claim(verdict, nowNanos);
    if (told == null) {
      return false;
    }
    if (waiting) {
      isToldLater = true;
      context.responder().tell(this, file.number(), told);
    }
    count(verdict, told, known);
    return true;
  }

  /** Returns what the kernel is to be told, or null if the request is answered already. */
  private @Nullable Response claim(Verdict verdict, long nowNanos) {
    if (opener.isEmpty() && isWorthALook(verdict)) {
      // Before the answer, since the process may be gone right after it; procfs waits for nobody.
      opener = Optional.of(lookAtOpener());
    }
    if (!(verdict instanceof Verdict.Unscanned)) {
      found = Optional.of(verdict);
    }
    Response response =
        verdict instanceof Verdict.Infected
            ? Response.DENY
            : verdict instanceof Verdict.Unscanned unscanned
                ? context.fallback().responseTo(unscanned.reason())
                : Response.ALLOW;
    Response told = waiting ? response : Response.ALLOW;
    return answer.compareAndSet(null, new Answer(told, verdict, nowNanos - readAtNanos))
        ? told
        : null;
  }

  private void count(Verdict verdict, Response told, boolean known) {
    if (occasion.isCountedByAsker()) {
      return;
    }
    if (occasion.isBackground()) {
      context.counts().background().add(verdict);
      return;
    }
    context.counts().unanswered().remove(readAtNanos);
    if (known) {
      context.counts().addKnown(told);
    } else {
      context.counts().add(told, verdict);
    }
  }

  /** Answers for want of a verdict, unless the request is answered already. */
  public boolean answer(FallbackReason reason, long nowNanos) {
    return answer(new Verdict.Unscanned(reason, ""), nowNanos);
  }

  /** Gives the descriptor back; only behind the answer, and only at the end of the pipeline. */
  public void close() {
    if (answer.get() == null) {
      throw new IllegalStateException("closed before it was answered: " + this);
    }
    if (!isToldLater || !isTold.compareAndSet(false, true)) {
      giveBack();
    }
  }

  @Override
  public String toString() {
    return "request of pid " + pid + " for " + file;
  }

  /** Not where a reader or the stage answers thousands at once, each of whom would wait for it. */
  private static boolean isWorthALook(Verdict verdict) {
    return verdict instanceof Verdict.Infected
        || (verdict instanceof Verdict.Unscanned none
            && (none.reason() == FallbackReason.CLAMD_DOWN
                || none.reason() == FallbackReason.CLAMD_ERROR));
  }

  /** If the answer was given before, its number may be another process's by now. */
  private ProcessInfo lookAtOpener() {
    ProcessInfo now = ProcessInfo.withSession(pid);
    return program.isEmpty() || now.program().equals(program)
        ? now
        : new ProcessInfo(pid, OptionalInt.empty(), program);
  }

  /** The kernel knows the answer, so that the number may become another file's. */
  void told() {
    if (!isTold.compareAndSet(false, true)) {
      giveBack();
    }
  }

  private void giveBack() {
    try {
      whenClosed.accept(this);
    } finally {
      context.closer().close(file, facts.map(FileFacts::mountId).orElse(-1L));
    }
  }
}
