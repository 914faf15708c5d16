package io.nacre.engine.clamd;

import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.policy.ScannerProcesses.Scanner;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.PeerCredentials;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The actor that asks one clamd for PING and VERSION periodically, and finds out its process.
 *
 * <p>So the status is current while no file is opened, and clamd is known as the scanner before it
 * opens a protected file.
 *
 * <ul>
 *   <li>Owns: a session for each period, and the {@link SignatureWatch} of this clamd.
 *   <li>Must not own: scans, and the sessions that scan.
 *   <li>Hands to: {@link ClamdHealth} the state, {@link ScannerProcesses} the program and the user,
 *       {@link PoolMember} each change.
 *   <li>Thread: its own, which blocks while clamd does not answer.
 * </ul>
 */
final class ClamdMonitor extends AbstractBehavior<ClamdMonitor.Command> {

  /** The messages of a monitor. */
  sealed interface Command {}

  /** Ask clamd now. */
  enum Ask implements Command {
    INSTANCE
  }

  private static final int SYSTEMD = 1;
  private static final Duration PERIOD = Duration.ofMillis(400);
  private static final Duration FIRST_PERIOD_WHILE_DOWN = Duration.ofMillis(20);
  private static final Duration LAST_PERIOD_WHILE_DOWN = Duration.ofMillis(320);
  private static final Duration TIMEOUT = Duration.ofMillis(700);

  /** Main thread time within the timeout by which a load shows, also on a busy machine. */
  private static final Duration LOADING = TIMEOUT.dividedBy(5);

  private static final Pattern THREADS = Pattern.compile("(?m)^THREADS: .* max (?<max>[0-9]{1,5})");

  private final PoolMember member;
  private final ClamdEndpoint endpoint;
  private final ClamdHealth health;
  private final ScannerProcesses scanners;
  private final SignatureWatch signatures;
  private final WakeUp stop;
  private final TimerScheduler<Command> timers;
  private final ProcFs procFs = new ProcFs();
  private Duration periodWhileDown = FIRST_PERIOD_WHILE_DOWN;
  private OptionalInt pid = OptionalInt.empty();
  private boolean isThreadLimitKnown;

  /**
   * The monitor of the clamd of {@code member}.
   *
   * @param signatures is notified when clamd may have other signatures
   */
  static Behavior<Command> create(
      PoolMember member,
      ScannerProcesses scanners,
      SignatureWatch.Database database,
      SignatureSet signatures,
      WakeUp stop) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new ClamdMonitor(
                        context,
                        member,
                        scanners,
                        new SignatureWatch(member.endpoint(), database, signatures),
                        stop,
                        timers)));
  }

  private ClamdMonitor(
      ActorContext<Command> context,
      PoolMember member,
      ScannerProcesses scanners,
      SignatureWatch signatures,
      WakeUp stop,
      TimerScheduler<Command> timers) {
    super(context);
    this.member = member;
    this.endpoint = member.endpoint();
    this.health = endpoint.health();
    this.scanners = scanners;
    this.signatures = signatures;
    this.stop = stop;
    this.timers = timers;
    context.getSelf().tell(Ask.INSTANCE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Ask.class, ask -> onAsk())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onAsk() {
    if (!ask()) {
      return Behaviors.stopped();
    }
    if (health.reading().state() == ClamdHealth.State.UP) {
      periodWhileDown = FIRST_PERIOD_WHILE_DOWN;
      timers.startSingleTimer(Ask.INSTANCE, PERIOD);
    } else {
      timers.startSingleTimer(Ask.INSTANCE, periodWhileDown);
      if (periodWhileDown.compareTo(LAST_PERIOD_WHILE_DOWN) < 0) {
        periodWhileDown = periodWhileDown.multipliedBy(2);
      }
    }
    return this;
  }

  private Behavior<Command> onPostStop() {
    signatures.checkLoads(); // a load that was not handled yet
    signatures.close();
    scanners.removeFoundBy(this);
    return this;
  }

  /** Asks clamd; returns false if the stop signal was given. */
  private boolean ask() {
    Progress before = progress();
    signatures.checkLoads();
    try (ClamdSession session = ClamdSession.open(endpoint.settings().address(), TIMEOUT, stop)) {
      Optional<PeerCredentials> peer = session.peer();
      peer.ifPresent(this::addScanner);
      signatures.onConnected(peer);
      session.ping(TIMEOUT);
      String version = askVersion(session);
      if (health.reportUp(version)) {
        getContext().getLog().info("clamd at {} is up: {}", endpoint, version);
        member.reportReachable();
      }
    } catch (StoppingException e) {
      return false;
    } catch (SocketTimeoutException e) {
      reportSilence(String.valueOf(e.getMessage()), before, progress());
      member.reportChange();
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      boolean isGone = e instanceof ErrnoException || e instanceof UnknownHostException;
      if (isGone) {
        signatures.onUnreachable();
        isThreadLimitKnown = false; // the next process may have another limit
      }
      warnIf(isGone ? health.reportDown(why) : health.reportSilent(why));
      member.reportChange();
    }
    return true;
  }

  /**
   * Returns clamd's VERSION, and asks for its limits once. A clamd can be configured not to answer
   * these commands; it scans nevertheless.
   */
  private String askVersion(ClamdSession session) {
    String version = "no VERSION";
    try {
      version = session.version(TIMEOUT);
      signatures.onAnswer(version);
      if (!isThreadLimitKnown) {
        Matcher threads = THREADS.matcher(session.stats(TIMEOUT));
        if (threads.find()) {
          endpoint.limitToThreads(Integer.parseInt(threads.group("max")));
        }
        isThreadLimitKnown = true;
      }
    } catch (SocketTimeoutException e) {
      getContext().getLog().debug("clamd at {} does not answer yet: {}", endpoint, e.getMessage());
    } catch (IOException e) {
      signatures.onAnswer(version); // a refusal is an answer
      getContext().getLog().debug("clamd at {} refuses commands: {}", endpoint, e.getMessage());
    }
    return version;
  }

  private void addScanner(PeerCredentials peer) {
    pid = peer.pid() > SYSTEMD ? OptionalInt.of(peer.pid()) : OptionalInt.empty();
    if (peer.pid() > SYSTEMD) {
      procFs
          .program(peer.pid())
          .ifPresent(program -> scanners.add(this, new Scanner(program, peer.uid())));
    } else if (peer.pid() == SYSTEMD) {
      addPackagedScanner();
    }
  }

  /**
   * Adds the packaged clamd as the scanner: systemd listens on its behalf, and must not be taken
   * for the scanner itself.
   */
  private void addPackagedScanner() {
    EmbeddedClamd.findProgram()
        .ifPresent(
            program ->
                EmbeddedClamd.databaseOwner()
                    .ifPresent(uid -> scanners.add(this, new Scanner(program.toString(), uid))));
  }

  /**
   * The progress of clamd at one moment.
   *
   * @param process its process, if it is known
   * @param scans the number of its scans for us so far
   * @param mainThread the processor time of the thread that takes commands
   */
  private record Progress(OptionalInt process, long scans, Duration mainThread) {

    /** Returns the main thread's processor time since {@code before}; zero for another process. */
    Duration mainThreadSince(Progress before) {
      return process.equals(before.process) ? mainThread.minus(before.mainThread) : Duration.ZERO;
    }
  }

  private Progress progress() {
    Duration ran = pid.isPresent() ? procFs.mainThreadTime(pid.getAsInt()) : Duration.ZERO;
    return new Progress(pid, endpoint.scans(), ran);
  }

  private void reportSilence(String why, Progress before, Progress after) {
    if (after.scans() > before.scans()) {
      warnIf(health.reportBusy("its queue is full: it scans, and takes no commands meanwhile"));
    } else if (after.mainThreadSince(before).compareTo(LOADING) > 0) {
      // The thread that takes commands loads signatures itself, with ConcurrentDatabaseReload no.
      warnIf(health.reportReloading("it takes no commands while it loads signatures"));
    } else {
      warnIf(health.reportSilent(why));
    }
  }

  private void warnIf(boolean isChanged) {
    if (isChanged) {
      ClamdHealth.Reading reading = health.reading();
      getContext()
          .getLog()
          .warn("clamd at {} is {}: {}", endpoint, reading.state().label(), reading.detail());
    }
  }
}
