package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.config.Transport;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.RequestBuilder;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.WakeUp;
import io.nacre.linux.fanotify.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** A pool over the clamds of a test, with a clock that can be put forward. */
final class TestedPool implements AutoCloseable {
  static final Duration TIME_LIMIT = Duration.ofSeconds(20);
  static final FallbackPolicy DENY_ALL =
      new FallbackPolicy(Response.DENY, Response.DENY, Response.DENY, Response.DENY);

  /** All signatures are official, whichever clamd it is. */
  static final SignatureWatch.Database DATABASE =
      new SignatureWatch.Database(Optional.empty(), /* areOfficial= */ true);

  /** What scans go by where a test does not care. */
  static final ClamdPool.Settings USUAL =
      new ClamdPool.Settings(TIME_LIMIT, Duration.ofMinutes(5), 1, Optional.empty(), DATABASE);

  /** One scan, whose descriptor is closed when it is over. */
  record Scanned(PermissionRequest request, String content, CompletableFuture<Verdict> over) {

    /** Waits for the verdict. */
    Verdict verdict() {
      return over.orTimeout(TIME_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Waits for the reason why it was not scanned. */
    FallbackReason reason() {
      assertThat(verdict()).isInstanceOf(Verdict.Unscanned.class);
      return ((Verdict.Unscanned) verdict()).reason();
    }
  }

  private final ActorTestKit testKit = ActorTestKit.create();
  private final AtomicLong forward = new AtomicLong();
  private final FakeKernel kernel = FakeKernel.open();
  private final WakeUp stop = WakeUp.open();
  private final AnswerCounts counts = new AnswerCounts();
  private final ScannerProcesses scanners = new ScannerProcesses();
  private final AtomicInteger newSignatures = new AtomicInteger();
  private final SignatureSet signatures =
      new SignatureSet(Clock.systemUTC(), newSignatures::incrementAndGet, List.of());
  private final List<ClamdEndpoint> endpoints;
  private final ActorRef<Void> parent;
  private final ClamdPool pool;
  private final Path directory;
  private boolean isClosed;

  /** Starts it; {@code directory} takes the files to scan. */
  TestedPool(Path directory, ClamdPool.Settings settings, ClamdEndpoint... endpoints)
      throws IOException {
    this.directory = directory;
    this.endpoints = List.of(endpoints);
    CompletableFuture<ClamdPool> started = new CompletableFuture<>();
    this.parent =
        testKit.spawn(
            Behaviors.setup(
                context -> {
                  started.complete(
                      ClamdPool.start(
                          new ContextActors(context),
                          "clamd-",
                          settings,
                          this.endpoints,
                          scanners,
                          signatures,
                          stop,
                          this::nanos));
                  return new Watching(context);
                }));
    this.pool = started.join();
  }

  /** A clamd that is used as it is by default, {@code connections} scans at a time. */
  static ClamdEndpoint endpoint(ClamdAddress address, int connections) {
    return endpoint(
        address,
        address instanceof ClamdAddress.Unix ? Transport.FD : Transport.STREAM,
        1,
        connections);
  }

  static ClamdEndpoint endpoint(
      ClamdAddress address, Transport transport, int weight, int connections) {
    return new ClamdEndpoint(
        new ClamdEndpoint.Settings(address, transport, weight, connections),
        new ClamdHealth(/* starting= */ false));
  }

  /** Has a new file with {@code content} scanned; no process waits for it in the kernel. */
  Scanned scan(String content) throws IOException {
    Path file = Files.writeString(Files.createTempFile(directory, "f", ""), content);
    return scan(request(file, /* waiting= */ false), content);
  }

  Scanned scan(Path file) throws IOException {
    return scan(request(file, /* waiting= */ false));
  }

  Scanned scan(PermissionRequest request) {
    return scan(request, "");
  }

  private Scanned scan(PermissionRequest request, String content) {
    return new Scanned(
        request,
        content,
        pool.scan(request)
            .toCompletableFuture()
            .whenComplete((verdict, failure) -> request.close()));
  }

  /** Opens {@code file} for a scan; if {@code waiting}, the kernel gets the answer. */
  PermissionRequest request(Path file, boolean waiting) throws IOException {
    return request(EventFile.open(file).fd(), waiting);
  }

  /** Takes an open file for a scan. */
  PermissionRequest request(int fd) {
    return request(fd, /* waiting= */ false);
  }

  private PermissionRequest request(int fd, boolean waiting) {
    return RequestBuilder.of(kernel.context(counts), fd)
        .waiting(waiting)
        .readAt(nanos())
        .deadline(TIME_LIMIT)
        .fallback(DENY_ALL)
        .build();
  }

  FakeKernel kernel() {
    return kernel;
  }

  /** Returns the processes that count as clamd. */
  ScannerProcesses scanners() {
    return scanners;
  }

  /** Returns how often a clamd had other signatures than before. */
  int newSignatures() {
    return newSignatures.get();
  }

  /** Returns the signatures of all verdicts. */
  SignatureSet signatures() {
    return signatures;
  }

  ClamdHealth.State state(int endpoint) {
    return endpoints.get(endpoint).health().reading().state();
  }

  /** Advances the clock. */
  void passes(Duration time) {
    forward.addAndGet(time.toNanos());
  }

  /** Signals that the engine stops. */
  void stop() {
    stop.signal();
  }

  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    stop.signal();
    testKit.stop(parent, TIME_LIMIT);
    testKit.shutdownTestKit();
    kernel.close();
    stop.close();
  }

  private long nanos() {
    return System.nanoTime() + forward.get();
  }

  /** The parent of what a pool starts, which may end before it. */
  private static final class Watching extends AbstractBehavior<Void> {
    Watching(ActorContext<Void> context) {
      super(context);
    }

    @Override
    public Receive<Void> createReceive() {
      return newReceiveBuilder().onSignal(Terminated.class, ended -> this).build();
    }
  }

  /** The children of a test's parent actor, which watches them. */
  private record ContextActors(ActorContext<Void> context) implements StageActors {
    @Override
    public <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
      return watched(context.spawn(behavior, name));
    }

    @Override
    public <T> ActorRef<T> spawnPinned(Behavior<T> behavior, String name) {
      return watched(
          context.spawn(behavior, name, DispatcherSelector.fromConfig("nacre.pinned-dispatcher")));
    }

    private <T> ActorRef<T> watched(ActorRef<T> actor) {
      context.watch(actor);
      return actor;
    }

    @Override
    public void dismiss(Collection<? extends ActorRef<?>> dismissed, Runnable whenEnded) {}

    @Override
    public void endWith(CompletionStage<?> ended, String name) {}

    @Override
    public ActorSystem<?> system() {
      return context.getSystem();
    }
  }
}
