package io.nacre.engine.intake;

import io.nacre.engine.context.DescriptorBudget;
import io.nacre.engine.request.AnswerBatch;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.InfectedFiles;
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
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The event source: reads the group, answers at once what needs no scan, and hands on the rest.
 *
 * <p>Chain: kernel queue → here → triage → bounded queue of the stream. Until an event is handed on
 * or answered, this actor must answer it; behind the queue the stream must. It runs on a thread of
 * its own, opens no file, waits for no other thread and logs nothing on the way of an event:
 * whoever it waited for could be waiting for it.
 *
 * <p>A group has {@value #READERS} readers, of which one has the turn to read; the others look
 * whether it is stuck. read(2) opens the files, and may wait for that; events it got before wait as
 * well. So it asks for few at once, and for one at a time while that happened not long ago.
 *
 * <p>One bounded step a message: wait at most {@value #POLL_MILLIS} ms, read at most {@value
 * #READS_A_STEP} times, tell itself to go on.
 */
public final class FanotifyReader extends AbstractBehavior<FanotifyReader.Command> {

  /** What a reader can be told; only by itself. */
  public sealed interface Command {}

  private enum Step implements Command {
    INSTANCE
  }

  /**
   * What all readers of a group work with.
   *
   * @param stop ends their waits and stops them
   * @param opensFollowExecs whether an exec is told twice: first as one, then as an open
   * @param watch whose turn it is
   * @param handOn takes a request, or returns false if too many wait
   * @param scanLater takes a file that was written, or returns false if too many wait
   * @param budget whether there are descriptors for requests that wait
   * @param infected what is known to be infected, and denied at once
   * @param denied takes a request that was denied for that, to report it and to close it
   * @param cachedOpens is told of opens of files that need no scan
   * @param opened is told of what is opened
   * @param deadline from reading an event to its deadline
   */
  public record Setup(
      FanotifyGroup group,
      WakeUp stop,
      ReaderLease watch,
      TriageRules triage,
      boolean opensFollowExecs,
      PermissionRequest.Context requests,
      Predicate<PermissionRequest> handOn,
      Predicate<PermissionRequest> scanLater,
      DescriptorBudget budget,
      InfectedFiles infected,
      Consumer<PermissionRequest> denied,
      OutsideFileSink unwanted,
      CachedOpenSink cachedOpens,
      OpenSink opened,
      Duration deadline,
      LongSupplier nanoClock) {}

  /** How many readers a group has: one less may be stuck at the same time. */
  public static final int READERS = 8;

  private static final int POLL_MILLIS = 200;
  private static final int LOOK_MILLIS = 100;
  private static final long STUCK_NANOS = Duration.ofMillis(100).toNanos();
  private static final int READS_A_STEP = 256;

  /** How long a reader looks for more events before it waits to be woken. */
  private static final long LINGER_NANOS =
      Runtime.getRuntime().availableProcessors() > 1 ? Duration.ofNanos(20_000).toNanos() : 0;

  /** Events a read takes at most: so few that the first does not wait long for the last. */
  private static final int BATCH = 16;

  private final Setup setup;
  private final ReaderLease.Turn turn;
  private final Triage triage;
  private final KernelFacts facts;
  private final AnnouncedExecs execs = new AnnouncedExecs();
  private final AnswerCounts counts;
  private final NativeBuffer one = new NativeBuffer(FanotifyEvents.METADATA_SIZE);
  private final NativeBuffer many = new NativeBuffer(BATCH * FanotifyEvents.METADATA_SIZE);
  private final FanotifyEvents events = new FanotifyEvents();
  private final ResponseBatch answers;
  private final AnswerBatch refusals;
  private final List<PermissionRequest> refused = new ArrayList<>();
  private final Poll poll;
  private final Poll pollWithoutTurn;

  /** Creates one of the readers of a group. */
  public static Behavior<Command> create(Setup setup) {
    return Behaviors.setup(context -> new FanotifyReader(context, setup));
  }

  private FanotifyReader(ActorContext<Command> context, Setup setup) {
    super(context);
    this.setup = setup;
    this.turn = setup.watch().join();
    this.triage = new Triage(setup.triage());
    this.facts = new KernelFacts(setup.triage().ownMounts(), setup.triage().clean());
    this.counts = setup.requests().counts();
    this.answers = new ResponseBatch(setup.group(), BATCH);
    this.refusals = new AnswerBatch(setup.requests());
    this.poll = new Poll(setup.stop().fd(), setup.group().fd());
    this.pollWithoutTurn = new Poll(setup.stop().fd());
    context.getSelf().tell(Step.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder().onMessage(Step.class, step -> onStep()).build();
  }

  private Behavior<Command> onStep() throws ErrnoException {
    boolean isToldToStop = turn.isMine() ? read() : lookAfterTheOther();
    if (isToldToStop) {
      return Behaviors.stopped();
    }
    getContext().getSelf().tell(Step.INSTANCE);
    return this;
  }

  /**
   * Reads until the queue was empty for a little while, it was enough, or another one took the
   * turn. Who was just answered often opens the next file at once: to be woken for that takes
   * longer than to look a few times.
   */
  private boolean read() throws ErrnoException {
    poll.await(POLL_MILLIS);
    long lastEventNanos = setup.nanoClock().getAsLong();
    for (int i = 0; i < READS_A_STEP && turn.isMine(); i++) {
      long now = setup.nanoClock().getAsLong();
      turn.begin(now);
      boolean hadEvents = poll.isReady(1) && handleNext(setup.watch().isCareful(now) ? one : many);
      long after = setup.nanoClock().getAsLong();
      turn.end(after);
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

  private boolean lookAfterTheOther() throws ErrnoException {
    pollWithoutTurn.await(LOOK_MILLIS);
    turn.takeOver(setup.nanoClock().getAsLong(), STUCK_NANOS);
    return pollWithoutTurn.isReady(0);
  }

  /** Reads and handles what fits into {@code buffer}; returns false if there was nothing. */
  private boolean handleNext(NativeBuffer buffer) throws ErrnoException {
    int length = readEvents(buffer);
    long readAtNanos = setup.nanoClock().getAsLong();
    events.over(buffer.bytes(), length);
    while (events.next()) {
      handle(readAtNanos);
    }
    counts.addGone(answers.sendAndClose());
    sendRefusals();
    return length > 0;
  }

  /**
   * Reads what there is. A file that the kernel could not open for us is an error of the read on
   * kernels before 6.13; the kernel has denied that one itself, and the next read gets the others.
   */
  private int readEvents(NativeBuffer buffer) throws ErrnoException {
    try {
      return setup.group().read(buffer);
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
        handleOpen(fd, readAtNanos);
      }
    } else if (fd < 0) {
      counts.background().addDropped();
    } else {
      handleWritten(fd, readAtNanos);
    }
  }

  private void handleOpen(int fd, long readAtNanos) throws ErrnoException {
    if (events.isExec() && events.needsResponse() && setup.opensFollowExecs()) {
      execs.add(events.pid());
      facts.of(events.pid(), fd);
      allow(fd); // and the open is decided about
      counts.add(InlineReason.EXEC_ANNOUNCED);
      return;
    }
    Decision decision = triage.decide(facts.of(events.pid(), fd));
    if (decision == Decision.EXEMPT_PROGRAM) {
      letThrough(fd, readAtNanos);
      return;
    }
    tellIfOpened(decision);
    if (decision == Decision.CACHED_CLEAN
        && facts.file().filter(setup.cachedOpens()::wants).isPresent()) {
      allowKnown(fd);
      return;
    }
    if (decision.allowed().isPresent()) {
      allow(fd);
      counts.add(decision.allowed().get());
      tellIfUnwanted(decision);
      return;
    }
    PermissionRequest request =
        new PermissionRequest(
            setup.requests(),
            fd,
            events.pid(),
            occasion(),
            facts.file(),
            events.needsResponse(),
            readAtNanos,
            readAtNanos + setup.deadline().toNanos());
    request.learnProgram(triage.program(facts));
    Optional<String> signature = knownSignature();
    if (decision == Decision.OVERSIZE) {
      answerHere(request, FallbackReason.OVERSIZE);
    } else if (signature.isPresent()) {
      request.denyAsKnown(new Verdict.Infected(signature.get()), setup.nanoClock().getAsLong());
      setup.denied().accept(request);
    } else if (!setup.budget().hasRoomFor(fd) || !setup.handOn().test(request)) {
      answerHere(request, FallbackReason.OVERLOAD);
    }
  }

  /** The file is offered after the answer, and before it is closed. */
  private void allowKnown(int fd) throws ErrnoException {
    if (events.needsResponse()) {
      allowNow(fd);
    }
    counts.add(InlineReason.CACHED_CLEAN);
    facts.file().ifPresent(file -> setup.cachedOpens().opened(fd, file));
    close(fd);
  }

  /** Never held up, and scanned afterwards: a service manager opens what it starts. */
  private void letThrough(int fd, long readAtNanos) throws ErrnoException {
    allowNow(fd);
    counts.add(InlineReason.EXEMPT_PROGRAM);
    if (facts.size() > setup.triage().maxFileSizeBytes()) {
      skip(fd);
    } else {
      PermissionRequest request =
          PermissionRequest.letThrough(
              setup.requests(), fd, events.pid(), facts.file(), readAtNanos);
      request.learnProgram(triage.program(facts));
      scanLater(request);
    }
  }

  /** Nobody waits for a file that was written: it is scanned when nobody else is, or dropped. */
  private void handleWritten(int fd, long readAtNanos) {
    Decision decision = triage.decideWritten(facts.of(events.pid(), fd));
    if (decision != Decision.SCAN) {
      skip(fd);
      tellIfUnwanted(decision);
      return;
    }
    scanLater(
        PermissionRequest.written(setup.requests(), fd, events.pid(), facts.file(), readAtNanos));
  }

  /** Before somebody learns that it is open, and opens the next one. */
  private void tellIfOpened(Decision decision) {
    if (decision == Decision.CACHED_CLEAN || decision == Decision.SCAN) {
      facts
          .file()
          .ifPresent(
              file -> setup.opened().opened(file.version(), decision == Decision.CACHED_CLEAN));
    }
  }

  /** After the answer: nobody asked for events of such a file. */
  private void tellIfUnwanted(Decision decision) {
    if (decision == Decision.OUTSIDE || decision == Decision.EXCLUDED) {
      setup.unwanted().seen(triage.path(), triage.pathLength());
    }
  }

  private void skip(int fd) {
    close(fd);
    counts.background().addSkipped();
  }

  private void scanLater(PermissionRequest request) {
    if (!setup.budget().hasRoomFor(request.file()) || !setup.scanLater().test(request)) {
      answerHere(request, FallbackReason.OVERLOAD);
    }
  }

  /** An answer that nobody waits for would be refused. */
  private void allow(int fd) throws ErrnoException {
    if (!events.needsResponse()) {
      close(fd);
    } else if (setup.requests().closer().isPrompt(facts.mountId())) {
      answers.add(fd, Response.ALLOW);
    } else {
      allowNow(fd);
      close(fd);
    }
  }

  private void allowNow(int fd) throws ErrnoException {
    try {
      setup.group().respond(fd, Response.ALLOW);
    } catch (ErrnoException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      counts.addGone(1); // killed while it waited
    }
  }

  /** Whatever is closed may wait for a FUSE daemon that waits for us. */
  private void close(int fd) {
    setup.requests().closer().close(new Fd(fd), facts.mountId());
  }

  /** Returns what is known of the file of an event that can be denied. */
  private Optional<String> knownSignature() {
    return setup.infected().size() == 0 || !events.needsResponse()
        ? Optional.empty()
        : facts.file().map(FileFacts::version).flatMap(setup.infected()::signature);
  }

  private ScanTrigger occasion() {
    boolean isExec = events.isExec() || execs.remove(events.pid());
    return isExec ? ScanTrigger.EXECUTED : ScanTrigger.OPENED;
  }

  private void answerHere(PermissionRequest request, FallbackReason reason) {
    refusals.answer(request, new Verdict.Unscanned(reason, ""), setup.nanoClock().getAsLong());
    refused.add(request);
  }

  private void sendRefusals() {
    refusals.send();
    refused.forEach(PermissionRequest::close);
    refused.clear();
  }
}
