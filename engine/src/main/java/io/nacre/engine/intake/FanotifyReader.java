package io.nacre.engine.intake;

import io.nacre.engine.context.DescriptorBudget;
import io.nacre.engine.policy.LivePolicy;
import io.nacre.engine.policy.Policy;
import io.nacre.engine.request.AnswerBatch;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.FileAccess;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.InlineReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.Processor;
import io.nacre.linux.WakeUp;
import io.nacre.linux.fanotify.FanotifyEvents;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.fanotify.ResponseBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The event source: reads the group, answers events that need no scan, and hands on the others.
 *
 * <p>A group has {@value #READERS} readers, of which one holds the {@link ReaderLease}; the others
 * look whether it is stuck. read(2) opens the files, and may wait for that; events it got before
 * wait as well. So it reads few at once, and one at a time while a reader was stuck not long ago.
 *
 * <p>One bounded step a message: wait at most {@value #POLL_MILLIS} ms, read at most {@value
 * #READS_PER_STEP} times, tell itself to go on.
 *
 * <ul>
 *   <li>Owns: each event from its read until it is answered or a sink takes it.
 *   <li>Must not own: deadlines, scans, anything that waits. It opens no file and logs nothing on
 *       the way of an event: a thread it waited for could wait for it.
 *   <li>Hands to: {@link Triage} for the decision, then one of its {@link ReaderSinks}.
 *   <li>Thread: one of its own.
 * </ul>
 */
public final class FanotifyReader extends AbstractBehavior<FanotifyReader.Command> {

  /** Sent only by the reader itself. */
  public sealed interface Command {}

  private enum Step implements Command {
    INSTANCE
  }

  /**
   * What all readers of a group work with.
   *
   * @param jobs what all jobs of the group have in common
   * @param stop ends their waits and stops them
   * @param lease names the reader that reads
   * @param gate stops the reading while another process reads
   * @param policy the current policy, taken once for each event
   * @param opensFollowExecs whether an exec raises two events: one as an exec, then one as an open
   * @param budget whether there are descriptors for requests that wait
   */
  public record Setup(
      JobContext jobs,
      WakeUp stop,
      ReaderLease lease,
      ReadingGate gate,
      LivePolicy policy,
      TriageState triage,
      boolean opensFollowExecs,
      DescriptorBudget budget,
      ReaderSinks sinks,
      LongSupplier nanoClock) {}

  /** How many readers a group has: one less may be stuck at the same time. */
  public static final int READERS = 8;

  private static final int POLL_MILLIS = 200;
  private static final int LOOK_MILLIS = 100;
  private static final long STUCK_NANOS = Duration.ofMillis(100).toNanos();
  private static final int READS_PER_STEP = 256;

  /** How long a reader looks for more events before it waits to be woken. */
  private static final long LINGER_NANOS =
      Runtime.getRuntime().availableProcessors() > 1 ? Duration.ofNanos(20_000).toNanos() : 0;

  /** Events a read takes at most: so few that the first does not wait long for the last. */
  private static final int BATCH = 16;

  private final Setup setup;
  private final ReaderSinks sinks;
  private final FanotifyGroup group;
  private final AnswerCounts counts;
  private final ReaderLease.Claim claim;
  private final Triage triage;
  private final KernelFacts facts;
  private final AnnouncedExecs execs = new AnnouncedExecs();
  private final NativeBuffer one = new NativeBuffer(FanotifyEvents.METADATA_SIZE);
  private final NativeBuffer many = new NativeBuffer(BATCH * FanotifyEvents.METADATA_SIZE);
  private final FanotifyEvents events = new FanotifyEvents();
  private final ResponseBatch allowed;
  private final AnswerBatch refusals;
  private final List<ScanJob> refused = new ArrayList<>();
  private final Poll poll;
  private final Poll pollWithoutLease;
  private final Poll pollWhileShut;

  /** Creates one of the readers of a group. */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(context -> new FanotifyReader(context, setup));
  }

  private FanotifyReader(ActorContext<Command> context, Setup setup) {
    super(context);
    this.setup = setup;
    this.sinks = setup.sinks();
    this.group = setup.jobs().group();
    this.counts = setup.jobs().counts();
    this.claim = setup.lease().addReader();
    this.triage = new Triage(setup.triage());
    this.facts = new KernelFacts(setup.triage().ownMounts(), setup.triage().clean());
    this.allowed = new ResponseBatch(group, BATCH);
    this.refusals = new AnswerBatch(setup.jobs());
    this.poll = new Poll(setup.stop().fd(), group.fd(), setup.gate().shutFd());
    this.pollWithoutLease = new Poll(setup.stop().fd());
    this.pollWhileShut = new Poll(setup.stop().fd(), setup.gate().openFd());
    context.getSelf().tell(Step.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Step.class, step -> onStep()).build();
  }

  private Behavior<Command> onStep() throws ErrnoException {
    boolean isStopping = claim.isHeld() ? readIfOpen() : watchHolder();
    if (isStopping) {
      return Behaviors.stopped();
    }
    getContext().getSelf().tell(Step.INSTANCE);
    return this;
  }

  private boolean readIfOpen() throws ErrnoException {
    if (setup.gate().enter()) {
      try {
        return read();
      } finally {
        setup.gate().leave();
      }
    }
    pollWhileShut.await(POLL_MILLIS);
    claim.begin(setup.nanoClock().getAsLong());
    claim.end(setup.nanoClock().getAsLong());
    return pollWhileShut.isReady(0);
  }

  /**
   * Reads until the queue was empty for a little while, it was enough, or another reader took the
   * lease. A process that was just answered often opens the next file at once: a wake-up for that
   * takes longer than a few looks.
   */
  private boolean read() throws ErrnoException {
    poll.await(POLL_MILLIS);
    long lastEventNanos = setup.nanoClock().getAsLong();
    for (int i = 0; i < READS_PER_STEP && claim.isHeld() && !setup.gate().isShut(); i++) {
      long now = setup.nanoClock().getAsLong();
      claim.begin(now);
      NativeBuffer buffer = setup.lease().wasStuckLately(now) ? one : many;
      boolean hadEvents = poll.isReady(1) && handleNext(buffer);
      long after = setup.nanoClock().getAsLong();
      claim.end(after);
      if (hadEvents) {
        lastEventNanos = after;
      } else if (!poll.isReady(1) || after - lastEventNanos >= LINGER_NANOS) {
        break;
      } else {
        Processor.yieldToOthers();
      }
    }
    return poll.isReady(0);
  }

  private boolean watchHolder() throws ErrnoException {
    pollWithoutLease.await(LOOK_MILLIS);
    claim.takeOver(setup.nanoClock().getAsLong(), STUCK_NANOS);
    return pollWithoutLease.isReady(0);
  }

  /** Reads and handles what fits into {@code buffer}; returns false if there was nothing. */
  private boolean handleNext(NativeBuffer buffer) throws ErrnoException {
    int length = readEvents(buffer);
    long readAtNanos = setup.nanoClock().getAsLong();
    events.over(buffer.bytes(), length);
    while (events.next()) {
      handle(readAtNanos);
    }
    counts.addGone(allowed.sendAndClose());
    sendRefusals();
    return length > 0;
  }

  /**
   * Reads events. A file that the kernel could not open for us is an error of the read on kernels
   * before 6.13; the kernel has denied that one itself, and the next read gets the others.
   */
  private int readEvents(NativeBuffer buffer) throws ErrnoException {
    try {
      return group.read(buffer);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.EBADF || e.errno() == Errno.EINVAL) {
        throw e; // the group itself is of no use any more
      }
      counts.addUnreadable();
      return 0;
    }
  }

  private void handle(long readAtNanos) throws ErrnoException {
    int fd = events.fd();
    if (events.isOpen()) {
      if (fd < 0) {
        counts.addUnreadable(); // the kernel has denied it already
      } else {
        handleOpen(setup.policy().current(), fd, readAtNanos);
      }
    } else if (fd < 0) {
      counts.background().addDropped();
    } else {
      handleWritten(setup.policy().current(), fd, readAtNanos);
    }
  }

  private void handleOpen(Policy policy, int fd, long readAtNanos) throws ErrnoException {
    if (events.isExec() && events.needsResponse() && setup.opensFollowExecs()) {
      execs.add(events.pid());
      facts.of(events.pid(), fd);
      allow(fd); // the decision follows with the open
      counts.add(InlineReason.EXEC_ANNOUNCED);
      return;
    }
    Decision decision = triage.decide(policy, facts.of(events.pid(), fd));
    if (decision == Decision.EXEMPT_PROGRAM) {
      allowUnscanned(policy, fd, readAtNanos);
      return;
    }
    sendOpen(decision);
    if (decision == Decision.CACHED_CLEAN && sinks.kernelCache().wants(facts.file())) {
      allowCached(fd);
    } else if (decision.isAllowed()) {
      allow(fd);
      counts.add(decision.reason());
      sendOutside(decision);
    } else {
      handOn(policy, decision, fd, readAtNanos);
    }
  }

  /** Makes an event a request, and sends it to the scan unless it can be answered at once. */
  private void handOn(Policy policy, Decision decision, int fd, long readAtNanos) {
    ProcessInfo opener = ProcessInfo.of(events.pid(), triage.program(facts));
    FileAccess access = new FileAccess(fd, trigger(), opener, facts.file(), readAtNanos);
    PermissionRequest request =
        new PermissionRequest(setup.jobs(), policy, access, events.needsResponse());
    Optional<String> signature = cachedSignature();
    if (decision == Decision.OVERSIZE) {
      refuse(request, FallbackReason.OVERSIZE);
    } else if (signature.isPresent()) {
      request.denyByCache(new Verdict.Infected(signature.get()), setup.nanoClock().getAsLong());
      sinks.denied().accept(request);
    } else if (!setup.budget().hasRoomFor(fd) || !sinks.requests().offer(request)) {
      refuse(request, FallbackReason.OVERLOAD);
    }
  }

  /** The file is offered to the kernel cache after the answer, and before it is closed. */
  private void allowCached(int fd) throws ErrnoException {
    if (events.needsResponse()) {
      allowNow(fd);
    }
    counts.add(InlineReason.CACHED_CLEAN);
    sinks.kernelCache().opened(fd, facts.file());
    close(fd);
  }

  /** Never blocked, and scanned afterwards: a service manager opens the programs it starts. */
  private void allowUnscanned(Policy policy, int fd, long readAtNanos) throws ErrnoException {
    allowNow(fd);
    counts.add(InlineReason.EXEMPT_PROGRAM);
    if (facts.size() > policy.maxFileSizeBytes()) {
      skip(fd);
    } else {
      ProcessInfo opener = ProcessInfo.of(events.pid(), triage.program(facts));
      scanInBackground(
          BackgroundScan.allowedUnscanned(setup.jobs(), fd, opener, facts.file(), readAtNanos));
    }
  }

  /** No process waits for a file that was written: it is scanned in the background, or dropped. */
  private void handleWritten(Policy policy, int fd, long readAtNanos) {
    Decision decision = triage.decideWritten(policy, facts.of(events.pid(), fd));
    if (decision != Decision.SCAN) {
      skip(fd);
      sendOutside(decision);
      return;
    }
    scanInBackground(
        BackgroundScan.written(setup.jobs(), fd, events.pid(), facts.file(), readAtNanos));
  }

  /** Before the answer: after it the process may open the next file at once. */
  private void sendOpen(Decision decision) {
    boolean isCached = decision == Decision.CACHED_CLEAN;
    if ((isCached || decision == Decision.SCAN) && facts.file().isKnown()) {
      sinks.opens().opened(facts.file().version(), isCached);
    }
  }

  /** After the answer: events of such a file are of no use. */
  private void sendOutside(Decision decision) {
    if (decision == Decision.OUTSIDE || decision == Decision.EXCLUDED) {
      sinks.outside().offer(triage.path(), triage.pathLength());
    }
  }

  private void skip(int fd) {
    close(fd);
    counts.background().addSkipped();
  }

  private void scanInBackground(BackgroundScan scan) {
    if (!setup.budget().hasRoomFor(scan.file()) || !sinks.background().offer(scan)) {
      refuse(scan, FallbackReason.OVERLOAD);
    }
  }

  /** The kernel would refuse a response to an event without a blocked process. */
  private void allow(int fd) throws ErrnoException {
    if (!events.needsResponse()) {
      close(fd);
    } else if (setup.jobs().closer().isPrompt(facts.mountId())) {
      allowed.add(fd, Response.ALLOW);
    } else {
      allowNow(fd);
      close(fd);
    }
  }

  private void allowNow(int fd) throws ErrnoException {
    try {
      group.respond(fd, Response.ALLOW);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      counts.addGone(1); // killed while it was blocked
    }
  }

  /** A close may wait for a FUSE daemon that waits for us, so the closer decides where. */
  private void close(int fd) {
    setup.jobs().closer().close(new Fd(fd), facts.mountId());
  }

  /** Returns the signature that is cached for the file, if the event can be denied. */
  private Optional<String> cachedSignature() {
    boolean isCached = setup.triage().infected().size() > 0 && facts.file().isKnown();
    return isCached && events.needsResponse()
        ? setup.triage().infected().signature(facts.file().version())
        : Optional.empty();
  }

  private ScanTrigger trigger() {
    boolean isExec = events.isExec() || execs.remove(events.pid());
    return isExec ? ScanTrigger.EXECUTED : ScanTrigger.OPENED;
  }

  /** Completes a job that no scan follows; its response goes with those of the same read. */
  private void refuse(ScanJob job, FallbackReason reason) {
    refusals.complete(job, new Verdict.Unscanned(reason, ""), setup.nanoClock().getAsLong());
    refused.add(job);
  }

  private void sendRefusals() {
    refusals.send();
    refused.forEach(ScanJob::close);
    refused.clear();
  }
}
