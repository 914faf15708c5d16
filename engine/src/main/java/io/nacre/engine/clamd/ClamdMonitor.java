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
 * Asks clamd for a PING and its VERSION again and again, and learns who it is; blocks on a thread
 * of its own.
 *
 * <p>So status tells the truth also while nothing is opened, and clamd is known as the scanner
 * before it opens a protected file. Whether it has other signatures is up to {@link
 * SignatureWatch}.
 */
final class ClamdMonitor extends AbstractBehavior<ClamdMonitor.Command> {

  /** What a monitor can be told; only by itself. */
  sealed interface Command {}

  /** Ask now. */
  enum Ask implements Command {
    INSTANCE
  }

  private static final int SYSTEMD = 1;
  private static final Duration PERIOD = Duration.ofMillis(400);
  private static final Duration FIRST_PERIOD_WHILE_DOWN = Duration.ofMillis(20);
  private static final Duration LAST_PERIOD_WHILE_DOWN = Duration.ofMillis(320);
  private static final Duration TIMEOUT = Duration.ofMillis(700);
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
  private boolean threadsAreKnown;

  /**
   * Asks the clamd of {@code member}.
   *
   * @param signatures is told when it may have others
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
    ask();
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
    signatures.close();
    return this;
  }

  private void ask() {
    Progress before = progress();
    signatures.look();
    try (ClamdSession session = ClamdSession.open(endpoint.settings().address(), TIMEOUT, stop)) {
      Optional<PeerCredentials> peer = session.peer();
      peer.ifPresent(this::learn);
      signatures.reached(peer);
      session.ping(TIMEOUT);
      String version = learn(session);
      if (health.up(version)) {
        getContext().getLog().info("clamd at {} is up: {}", endpoint, version);
        member.reachable();
      }
    } catch (StoppingException e) {
      getContext().getLog().debug("no longer asking clamd: {}", e.getMessage());
    } catch (SocketTimeoutException e) {
      onSilence(String.valueOf(e.getMessage()), before, progress());
      member.changed();
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      boolean isGone = e instanceof ErrnoException || e instanceof UnknownHostException;
      if (isGone) {
        signatures.gone();
        threadsAreKnown = false; // the next one may have others
      }
      boolean news = isGone ? health.down(why) : health.silent(why);
      if (news) {
        getContext()
            .getLog()
            .warn("clamd at {} is {}: {}", endpoint, health.reading().state().label(), why);
      }
      member.changed();
    }
  }

  /**
   * Returns clamd's VERSION, and asks for its limits once. A clamd may be told not to answer such
   * questions, and may scan all the same.
   */
  private String learn(ClamdSession session) {
    String version = "no VERSION";
    try {
      version = session.version(TIMEOUT);
      signatures.answered(version);
      if (!threadsAreKnown) {
        Matcher threads = THREADS.matcher(session.stats(TIMEOUT));
        if (threads.find()) {
          endpoint.hasThreads(Integer.parseInt(threads.group("max")));
        }
        threadsAreKnown = true;
      }
    } catch (SocketTimeoutException e) {
      getContext().getLog().debug("clamd at {} does not answer yet: {}", endpoint, e.getMessage());
    } catch (IOException e) {
      signatures.answered(version); // a refusal is an answer
      getContext().getLog().debug("clamd at {} keeps to itself: {}", endpoint, e.getMessage());
    }
    return version;
  }

  private void learn(PeerCredentials peer) {
    pid = peer.pid() > SYSTEMD ? OptionalInt.of(peer.pid()) : OptionalInt.empty();
    if (peer.pid() > SYSTEMD) {
      procFs
          .program(peer.pid())
          .ifPresent(program -> scanners.learn(new Scanner(program, peer.uid())));
    } else if (peer.pid() == SYSTEMD) {
      learnPackaged();
    }
  }

  /** systemd listens for clamd, and must not be taken for it: clamd then is the packaged one. */
  private void learnPackaged() {
    EmbeddedClamd.findProgram()
        .ifPresent(
            program ->
                EmbeddedClamd.databaseOwner()
                    .ifPresent(uid -> scanners.learn(new Scanner(program.toString(), uid))));
  }

  /**
   * What clamd did between two looks.
   *
   * @param process what it is, if that is known
   * @param scans how many scans it had made for us
   * @param mainThread how long the thread that takes commands had run
   */
  private record Progress(OptionalInt process, long scans, Duration mainThread) {

    /** Returns how long its main thread has run since {@code before}, if it is the same. */
    Duration ranSince(Progress before) {
      return process.equals(before.process) ? mainThread.minus(before.mainThread) : Duration.ZERO;
    }
  }

  private Progress progress() {
    Duration ran = pid.isPresent() ? procFs.mainThreadRan(pid.getAsInt()) : Duration.ZERO;
    return new Progress(pid, endpoint.scans(), ran);
  }

  private void onSilence(String why, Progress before, Progress after) {
    boolean news;
    if (after.scans() > before.scans()) {
      news = health.busy("its queue is full: it scans, and takes no commands meanwhile");
    } else if (after.ranSince(before).compareTo(TIMEOUT.dividedBy(2)) > 0) {
      // The thread that takes commands loads them itself, with ConcurrentDatabaseReload no.
      news = health.reloading("it takes no commands while it loads signatures");
    } else {
      news = health.silent(why);
    }
    if (news) {
      getContext()
          .getLog()
          .warn(
              "clamd at {} is {}: {}",
              endpoint,
              health.reading().state().label(),
              health.reading().detail());
    }
  }
}
