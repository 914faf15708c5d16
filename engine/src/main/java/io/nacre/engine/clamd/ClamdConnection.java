package io.nacre.engine.clamd;

import io.nacre.engine.config.Transport;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The actor behind one session with clamd: opens the session, receives its replies, and closes it
 * on an error.
 *
 * <ul>
 *   <li>Owns: the session, its PINGs, and the wake-up of its {@link Pipeline}.
 *   <li>Must not own: scans. The pipeline has them while they are in progress.
 *   <li>Hands to: the {@link PoolMember}, which gets each scan with its verdict, or without one
 *       when the session ends.
 *   <li>Thread: its own. The thread that receives a verdict also answers the blocked process.
 * </ul>
 *
 * <p>A message is one bounded step: wait at most {@link #STEP}, handle the replies, send itself the
 * next step.
 */
final class ClamdConnection extends AbstractBehavior<ClamdConnection.Command> {

  /** The messages of a connection, which sends them to itself. */
  sealed interface Command {}

  private enum Step implements Command {
    INSTANCE
  }

  /**
   * The part that all connections share.
   *
   * @param stop ends every wait
   * @param connectTimeout the longest wait for a connection
   * @param scanTimeout the longest wait for a verdict
   */
  record Setup(
      WakeUp stop, Duration connectTimeout, Duration scanTimeout, LongSupplier nanoClock) {}

  private static final Duration STEP = Duration.ofSeconds(1);

  /** Waits in one message: a message to itself costs as much as a reply. */
  private static final int ROUNDS = 32;

  /**
   * clamd ends a session that sends nothing for its ReadTimeout, also while it scans for it. All
   * scans in progress end with the session.
   */
  private static final Duration PING_AFTER = Duration.ofSeconds(10);

  /** An idle session counts against clamd's limits. */
  private static final Duration KEEP_IDLE = Duration.ofSeconds(15);

  private final Setup setup;
  private final PoolMember member;
  private final Pipeline pipeline;
  private final ActorRef<ClamdMonitor.Command> monitor;
  private final Poll idle;
  private final Statx statx = new Statx();
  private Optional<ClamdSession> session = Optional.empty();
  private final Set<Integer> pings = new HashSet<>(); // the unanswered ones

  /**
   * The connection for the scans of {@code pipeline}, which is one of those of {@code member}.
   *
   * @param monitor asks clamd at once when this connection finds another process, or none
   */
  static Behavior<Command> create(
      Setup setup, PoolMember member, Pipeline pipeline, ActorRef<ClamdMonitor.Command> monitor) {
    return Behaviors.setup(
        context -> new ClamdConnection(context, setup, member, pipeline, monitor));
  }

  private ClamdConnection(
      ActorContext<Command> context,
      Setup setup,
      PoolMember member,
      Pipeline pipeline,
      ActorRef<ClamdMonitor.Command> monitor) {
    super(context);
    this.setup = setup;
    this.member = member;
    this.pipeline = pipeline;
    this.monitor = monitor;
    this.idle = new Poll(setup.stop().fd(), pipeline.wakeUp().fd());
    context.getSelf().tell(Step.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Step.class, step -> onStep())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onStep() throws IOException {
    try {
      if (session.isEmpty()) {
        open();
        if (session.isEmpty()) {
          awaitRequest();
        }
      }
      int round = 0;
      while (session.isPresent() && receiveOnce(session.get()) && round < ROUNDS) {
        round++;
      }
    } catch (StoppingException e) {
      return Behaviors.stopped();
    }
    getContext().getSelf().tell(Step.INSTANCE);
    return this;
  }

  private Behavior<Command> onPostStop() {
    member.stop(pipeline.close());
    pipeline.wakeUp().close();
    return this;
  }

  private void awaitRequest() throws IOException {
    idle.await((int) STEP.toMillis());
    if (idle.isReady(0)) {
      throw new StoppingException();
    }
    pipeline.wakeUp().clear();
  }

  private void open() throws StoppingException {
    ClamdEndpoint endpoint = member.endpoint();
    if (!pipeline.isSessionRequested() || !endpoint.health().mayConnect()) {
      return;
    }
    try {
      ClamdSession opened =
          ClamdSession.open(
              endpoint.settings().address(),
              setup.connectTimeout(),
              setup.stop(),
              Optional.of(pipeline.wakeUp()));
      session = Optional.of(opened);
      pings.clear();
      pipeline.open(opened);
      if (member.isNewProcess(opened.peer())) { // which may have other signatures
        monitor.tell(ClamdMonitor.Ask.INSTANCE);
      }
    } catch (StoppingException e) {
      throw e;
    } catch (IOException e) {
      member.reportUnreachable(e);
      monitor.tell(ClamdMonitor.Ask.INSTANCE);
    }
    member.reportChange();
  }

  /** Sends content that is due, waits once, and handles the replies; returns true if some came. */
  private boolean receiveOnce(ClamdSession open) throws StoppingException {
    boolean came = false;
    try {
      Optional<ClamdScan> unsent = pipeline.unsent();
      if (unsent.isPresent()) {
        sendContent(open, unsent.get());
      }
      came = open.await(timeToWait());
      if (came) {
        open.receive();
        onReplies(open);
      }
      if (open.isInterrupted()) {
        pipeline.wakeUp().clear();
      }
      if (session.isPresent()) {
        checkTimes();
      }
    } catch (StoppingException e) {
      throw e;
    } catch (IOException e) {
      closeBroken(String.valueOf(e.getMessage()));
    }
    return came;
  }

  private void sendContent(ClamdSession open, ClamdScan scan) throws IOException {
    Optional<Integer> file = scan.borrow();
    if (file.isEmpty()) {
      pipeline.clearUnsent();
      member.drop(scan);
      return;
    }
    try {
      if (statx.read(file.get()).size() <= member.endpoint().streamMaxBytes()) {
        pipeline.addSent(open.stream(file.get(), setup.scanTimeout()), scan);
      } else {
        pipeline.clearUnsent();
        member.returnRefused(
            scan,
            new Verdict.Unscanned(FallbackReason.OVERSIZE, "bigger than clamd's StreamMaxLength"));
      }
    } finally {
      scan.giveBack();
    }
  }

  private void onReplies(ClamdSession open) throws IOException {
    boolean isOver = false;
    for (Optional<String> line = open.nextLine(); line.isPresent(); line = open.nextLine()) {
      isOver |= !onReply(open, ClamdReply.parse(line.get()));
    }
    if (isOver) {
      closeAfterError(); // clamd ends a session after an error
    }
  }

  /** Returns false if the session cannot be used any more. */
  private boolean onReply(ClamdSession open, ClamdReply reply) throws IOException {
    if (reply.isPong() && pings.remove(reply.id())) {
      return true;
    }
    Optional<ClamdScan> scan = pipeline.remove(reply.id());
    if (scan.isEmpty()) {
      throw new IOException("clamd sent '" + reply.shown() + "', which answers no command");
    }
    Verdict verdict = reply.verdict(member.transport());
    if (verdict instanceof Verdict.Unscanned refused) {
      if (refused.reason() == FallbackReason.OVERSIZE) {
        member.endpoint().limitStream(open.streamedBytes());
      }
      member.returnRefused(scan.get(), refused);
      return false;
    }
    if (member.transport() == Transport.STREAM && !open.isStreamedWhole()) {
      member.returnBroken(scan.get(), "clamd gave a verdict before it had the whole file");
      return false;
    }
    member.complete(scan.get(), verdict);
    return true;
  }

  private Duration timeToWait() {
    long now = setup.nanoClock().getAsLong();
    long ends = pipeline.oldestSentNanos().orElse(now) + setup.scanTimeout().toNanos();
    return Duration.ofNanos(Math.max(0, Math.min(ends - now, STEP.toNanos())));
  }

  /** Ends a scan at its timeout, closes an idle session, and keeps a quiet one open by PINGs. */
  private void checkTimes() throws IOException {
    long now = setup.nanoClock().getAsLong();
    long oldest = pipeline.oldestSentNanos().orElse(now);
    if (now - oldest >= setup.scanTimeout().toNanos()) {
      pipeline
          .removeOldest()
          .ifPresent(
              scan ->
                  member.complete(
                      scan,
                      new Verdict.Unscanned(
                          FallbackReason.CLAMD_ERROR, "clamd did not answer in time")));
      closeAfterError();
      return;
    }
    long unused = now - pipeline.lastUsedNanos();
    if (!pipeline.isPermanent() && unused >= KEEP_IDLE.toNanos() && pipeline.closeIfIdle()) {
      session = Optional.empty();
    } else if (now - pipeline.lastSentNanos() >= PING_AFTER.toNanos()) {
      sendPing();
    }
  }

  private void sendPing() throws IOException {
    if (!pings.isEmpty() && pipeline.oldestSentNanos().isEmpty()) {
      throw new IOException("clamd does not answer PING");
    }
    pipeline.sendPing().ifPresent(pings::add);
  }

  /** Closes a session that broke: any scan in progress may be the cause. */
  private void closeBroken(String why) {
    session = Optional.empty();
    pipeline.close().forEach(scan -> member.returnBroken(scan, why));
    member.reportChange();
  }

  /** Closes a session because of one scan, which has left it; the other scans are sent again. */
  private void closeAfterError() {
    session = Optional.empty();
    pipeline.close().forEach(member::returnInterrupted);
    member.reportChange();
  }
}
