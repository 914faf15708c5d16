package io.nacre.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.RequestBuilder;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.request.Scanned;
import io.nacre.engine.scan.ScanStream.Limits;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScanStreamTest {
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Verdict NO_ROOM = new Verdict.Unscanned(FallbackReason.OVERLOAD, "");
  private static final int BACKGROUND = 2;

  /** A scan that ends when the test says so. */
  private record Scan(ScanJob job, CompletableFuture<Verdict> result) {

    void ends(Verdict verdict) {
      job.complete(verdict, System.nanoTime());
      result.complete(verdict);
    }
  }

  @TempDir Path directory;

  private final ActorTestKit testKit = ActorTestKit.create();
  private final AnswerCounts counts = new AnswerCounts();
  private final Queue<Scan> scans = new ConcurrentLinkedQueue<>();
  private final Queue<Scanned> seen = new ConcurrentLinkedQueue<>();
  private FakeKernel kernel;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
    Files.writeString(directory.resolve("f"), "content");
  }

  @AfterEach
  void close() {
    testKit.shutdownTestKit();
    kernel.close();
  }

  @Test
  void handsOnEachScanBeforeTheDescriptorIsClosed() throws IOException {
    List<Boolean> openThen = new ArrayList<>();
    ScanStream stream =
        ScanStream.start(
            testKit.system(),
            setup(new Limits(4, 4, () -> 1)),
            TestExecutor.of(
                this::scan,
                scanned -> {
                  openThen.add(openFiles() == 1);
                  seen.add(scanned);
                }));

    boolean taken = stream.offer(request(MINUTE));
    await().until(() -> !scans.isEmpty());
    scans.remove().ends(CLEAN);

    await().until(() -> openFiles() == 0);
    assertThat(taken).isTrue();
    assertThat(seen).extracting(Scanned::verdict).containsExactly(CLEAN);
    assertThat(openThen).containsExactly(true);
  }

  @Test
  void scansAsManyAtOnceAsThereAreConnections() throws IOException {
    ScanStream stream = start(8, 2);

    for (int i = 0; i < 5; i++) {
      stream.offer(request(MINUTE));
    }

    await()
        .untilAsserted(
            () -> assertThat(stream.gauges()).isEqualTo(new QueueGauges.Counts(3, 2, 0, 0, 0)));
    assertThat(scans).hasSize(2);
  }

  @Test
  void takesNothingAfterItIsComplete() throws IOException {
    ScanStream stream = start(4, 1);
    PermissionRequest refused = request(MINUTE);

    stream.complete();
    stream.ended().toCompletableFuture().join();

    assertThat(stream.offer(refused)).isFalse();
    assertThat(refused.isCompleted()).isFalse();
  }

  @Test
  void endsWhenTheJobsInsideAreScanned() throws IOException {
    ScanStream stream = start(4, 1);
    stream.offer(request(MINUTE));
    stream.offer(request(MINUTE));

    stream.complete();
    for (int i = 0; i < 2; i++) {
      await().until(() -> !scans.isEmpty());
      scans.remove().ends(CLEAN);
    }
    stream.ended().toCompletableFuture().join();

    assertThat(seen).hasSize(2);
    assertThat(openFiles()).isZero();
  }

  @Test
  void answersAllInsideIfWhatFollowsTheAnswerFails() throws IOException {
    ScanStream stream =
        ScanStream.start(
            testKit.system(),
            setup(new Limits(8, 4, () -> 1)),
            TestExecutor.of(
                this::scan,
                scanned -> {
                  throw new IllegalStateException("no room for the detection");
                }));
    List<PermissionRequest> inside = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      PermissionRequest request = request(MINUTE);
      inside.add(request);
      stream.offer(request);
    }
    await().until(() -> !scans.isEmpty());

    scans.remove().ends(CLEAN);

    await().untilAsserted(() -> assertThat(inside).allMatch(request -> request.isCompleted()));
    await().until(() -> stream.ended().toCompletableFuture().isCompletedExceptionally());
  }

  @Test
  void takesNoMoreForTheBackgroundThanThereIsRoom() throws IOException {
    ScanStream stream = start(4, 1);

    boolean first = stream.offer(written());
    boolean second = stream.offer(written());
    boolean third = stream.offer(written());
    boolean request = stream.offer(request(MINUTE));

    assertThat(first).isTrue();
    assertThat(second).isTrue();
    assertThat(third).isFalse();
    assertThat(request).isTrue();
  }

  @Test
  void takesMoreForTheBackgroundWhenAScanIsOver() throws IOException {
    ScanStream stream = start(4, 1);
    stream.offer(written());
    stream.offer(written());
    await().until(() -> !scans.isEmpty());

    scans.remove().ends(CLEAN);

    BackgroundScan third = written();
    await().until(() -> stream.offer(third));
    assertThat(seen).hasSize(1);
  }

  @Test
  void hasNoMoreThanHalfOfItsScansInTheBackground() throws IOException {
    ScanStream stream =
        ScanStream.start(
            testKit.system(),
            setup(new Limits(4, 10, () -> 4)),
            TestExecutor.of(this::scan, seen::add));
    for (int i = 0; i < 5; i++) {
      stream.offer(written());
    }
    await().until(() -> scans.size() == 2);

    stream.offer(request(MINUTE));
    stream.offer(request(MINUTE));

    await().until(() -> scans.size() == 4);
    assertThat(stream.gauges()).isEqualTo(new QueueGauges.Counts(0, 2, 0, 0, 0));
  }

  @Test
  void handsOnARequestThatWasAnsweredBeforeItCame() throws IOException {
    ScanStream stream = start(4, 1);
    PermissionRequest request = request(MINUTE);
    Verdict.Infected known = new Verdict.Infected("Eicar");
    request.denyByCache(known, System.nanoTime());

    boolean taken = stream.offerAnswered(request);

    await().until(() -> openFiles() == 0);
    assertThat(taken).isTrue();
    assertThat(seen).containsExactly(new Scanned(request, known));
    assertThat(scans).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void answersEachOfManyOnceAndClosesIt(long seed) throws Exception {
    Random random = new Random(seed);
    int capacity = 16;
    int offers = 600;
    int responses = 0;
    List<PermissionRequest> requests = new ArrayList<>();
    ExecutorService scanners = Executors.newFixedThreadPool(2);
    try {
      ScanStream stream =
          ScanStream.start(
              testKit.system(),
              setup(new Limits(capacity, capacity, () -> 4)),
              TestExecutor.of(
                  request -> scanLater(scanners, request, random.nextInt(3_000)), seen::add));
      for (int i = 0; i < offers; i++) {
        PermissionRequest request = request(Duration.ofNanos(random.nextInt(5_000_000) + 1));
        requests.add(request);
        if (!stream.offer(request)) {
          request.answer(FallbackReason.OVERLOAD, System.nanoTime());
          request.close();
        }
        BackgroundScan written = written();
        if (!stream.offer(written)) {
          written.complete(NO_ROOM, System.nanoTime());
          written.close();
        }
        if (random.nextInt(8) == 0) {
          LockSupport.parkNanos(random.nextInt(3_000_000));
        }
        responses += kernel.responses().size();
      }
      stream.complete();
      stream.ended().toCompletableFuture().get(30, TimeUnit.SECONDS);
    } finally {
      scanners.shutdownNow();
    }
    responses += kernel.responses().size();

    assertThat(requests).allMatch(request -> request.isCompleted());
    assertThat(responses).isEqualTo(offers);
    assertThat(counts.total()).isEqualTo(offers);
    Map<String, Long> background = counts.background().byName();
    assertThat(background.getOrDefault("scanned", 0L) + counts.background().dropped())
        .isEqualTo(offers);
    assertThat(openFiles()).isZero();
  }

  private ScanStream start(int capacity, int connections) {
    return ScanStream.start(
        testKit.system(),
        setup(new Limits(capacity, BACKGROUND, () -> connections)),
        TestExecutor.of(this::scan, seen::add));
  }

  private ScanStream.Setup setup(Limits limits) {
    return new ScanStream.Setup(
        limits,
        () -> false,
        System::nanoTime,
        kernel.context(counts),
        new FakeFiles(),
        TestExecutor.signatures());
  }

  private CompletionStage<Verdict> scan(ScanJob job) {
    Scan scan = new Scan(job, new CompletableFuture<>());
    scans.add(scan);
    return scan.result();
  }

  private static CompletionStage<Verdict> scanLater(
      ExecutorService scanners, ScanJob job, int micros) {
    Verdict verdict = micros % 7 == 0 ? new Verdict.Infected("Eicar") : CLEAN;
    Scan scan = new Scan(job, new CompletableFuture<>());
    scanners.execute(
        () -> {
          LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
          scan.ends(verdict);
        });
    return scan.result();
  }

  private PermissionRequest request(Duration untilDeadline) throws IOException {
    return RequestBuilder.of(kernel.context(counts), openFile())
        .readAt(System.nanoTime())
        .deadline(untilDeadline)
        .build();
  }

  private BackgroundScan written() throws IOException {
    return BackgroundScan.written(
        kernel.context(counts), openFile(), 1, FileFacts.UNKNOWN, System.nanoTime());
  }

  private int openFile() throws IOException {
    return EventFile.open(directory.resolve("f")).fd();
  }

  /** Returns how many descriptors of the file are open. */
  private long openFiles() {
    return EventFile.openOn(directory.resolve("f"));
  }
}
