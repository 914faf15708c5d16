package io.nacre.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.TestPolicy;
import io.nacre.engine.request.Answer;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.CloseObserver;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.RequestBuilder;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.request.Scanned;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScanSchedulerTest {
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int CAPACITY = 3;
  private static final long FILE = 7;
  private static final int SCANNERS = 4;

  /** A job and the file that is open for it. */
  private record Arrival(ScanJob job, EventFile file) {

    boolean isOpen() {
      return file.isOpen();
    }

    Optional<Verdict> because() {
      return job.isCompleted() ? Optional.of(job.answer().because()) : Optional.empty();
    }
  }

  @TempDir Path directory;

  private final ActorTestKit testKit =
      ActorTestKit.create(
          "scan-scheduler", ManualTime.config().withFallback(ActorTestKit.applicationTestConfig()));
  private final ActorSystem<?> system = testKit.system();
  private final ManualTime time = ManualTime.get(system);
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7); // wraps around at once
  private final AtomicBoolean silent = new AtomicBoolean();
  private final AnswerCounts counts = new AnswerCounts();
  private final Map<PermissionRequest, Integer> users = new ConcurrentHashMap<>();
  private final FakeFiles files = new FakeFiles();
  private final QueueGauges gauges = new QueueGauges();
  private int opened;
  private FakeKernel kernel;
  private TestPublisher.Probe<ScanJob> jobs;
  private TestSubscriber.Probe<ScanJob> toScan;
  private TestPublisher.Probe<Scanned> scanned;
  private TestSubscriber.Probe<Scanned> done;

  @BeforeEach
  void start() throws IOException {
    kernel = FakeKernel.open();
    Flow<ScanJob, Scanned, Pair<TestSubscriber.Probe<ScanJob>, TestPublisher.Probe<Scanned>>>
        scanners =
            Flow.fromSinkAndSourceMat(
                TestSink.<ScanJob>create(system), TestSource.<Scanned>create(system), Keep.both());
    BidiFlow<ScanJob, ScanJob, Scanned, Scanned, NotUsed> scheduler =
        BidiFlow.fromGraph(
            new ScanScheduler(
                new ScanStream.Setup(
                    new ScanStream.Limits(CAPACITY, /* background= */ 100, () -> SCANNERS),
                    silent::get,
                    nanos::get,
                    kernel.context(counts),
                    files,
                    TestExecutor.signatures()),
                request -> users.getOrDefault(request, 0),
                gauges));
    var probes =
        TestSource.<ScanJob>create(system)
            .viaMat(scheduler.join(scanners, Keep.right()), Keep.both())
            .toMat(TestSink.create(system), Keep.both())
            .run(system);
    jobs = probes.first().first();
    toScan = probes.first().second().first();
    scanned = probes.first().second().second();
    done = probes.second();
    done.request(100);
  }

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
    kernel.close();
  }

  @Test
  void handsARequestToAFreeScannerAndItsResultOn() throws IOException {
    toScan.request(1);
    Arrival arrival = arrive();

    toScan.expectNext(arrival.job());
    Scanned result = result(arrival, CLEAN);

    assertThat(done.expectNext()).isEqualTo(result);
    assertThat(arrival.because()).contains(CLEAN);
    assertThat(arrival.isOpen()).as("closed behind the scheduler").isTrue();
    awaitGauges(0, 0, 0);
  }

  @Test
  void keepsTheOrderOfWaitingRequests() throws IOException {
    Arrival first = arrive();
    Arrival second = arrive();
    awaitGauges(2, 0, 0);

    toScan.request(2);

    assertThat(toScan.expectNext()).isSameAs(first.job());
    assertThat(toScan.expectNext()).isSameAs(second.job());
    awaitGauges(0, 2, 0);
  }

  @Test
  void answersAtTheDeadlineWhileNoScannerIsFree() throws IOException {
    Arrival arrival = arrive();
    awaitGauges(1, 0, 0);

    passes(DEADLINE);
    awaitGauges(0, 0, 1);

    assertThat(arrival.job().answer())
        .isEqualTo(
            new Answer(
                Response.DENY,
                new Verdict.Unscanned(FallbackReason.DEADLINE, ""),
                DEADLINE.toNanos()));
    assertThat(kernel.responses())
        .containsExactly(new FakeKernel.SentResponse(arrival.file().fd(), Response.DENY));
    assertThat(arrival.isOpen()).isTrue();
  }

  @Test
  void leavesNoOpenerWaitingForAFrozenClamd() throws IOException {
    arrive();
    awaitGauges(1, 0, 0);
    passes(DEADLINE.minusSeconds(1));
    Arrival younger = arrive();
    silent.set(true);

    passes(Duration.ofSeconds(1));
    awaitGauges(0, 0, 2);
    Arrival next = arrive();
    awaitGauges(0, 0, 3);

    assertThat(younger.because()).contains(new Verdict.Unscanned(FallbackReason.CLAMD_SILENT, ""));
    assertThat(next.because()).contains(new Verdict.Unscanned(FallbackReason.CLAMD_SILENT, ""));
    assertThat(next.job().answer().response()).isEqualTo(Response.DENY);
  }

  @Test
  void waitsAgainWhenAScanIsOverOrClamdSpeaks() throws IOException {
    toScan.request(1);
    Arrival first = arrive();
    toScan.expectNext(first.job());
    silent.set(true);
    passes(DEADLINE);
    arrive();
    awaitGauges(0, 1, 1);

    silent.set(false);
    arrive();
    awaitGauges(1, 1, 1);
    silent.set(true);
    result(first, CLEAN);
    done.expectNext();
    Arrival later = arrive();
    awaitGauges(2, 0, 1);

    assertThat(later.because()).isEmpty();
  }

  @Test
  void waitsForASlowFileAsLongAsOthersAreScanned() throws IOException {
    toScan.request(2);
    arrive();
    Arrival quick = arrive();
    toScan.expectNextN(2);
    result(quick, CLEAN);
    done.expectNext();
    silent.set(true);
    passes(DEADLINE);

    Arrival next = arrive();
    awaitGauges(1, 1, 0);

    assertThat(next.because()).isEmpty();
  }

  @Test
  void answersNoneBeforeTheDeadline() throws IOException {
    Arrival first = arrive();
    awaitGauges(1, 0, 0);
    passes(DEADLINE.dividedBy(2));
    Arrival second = arrive();
    awaitGauges(2, 0, 0);

    passes(DEADLINE.dividedBy(2));
    awaitGauges(1, 0, 1);

    assertThat(first.because()).isPresent();
    assertThat(second.because()).isEmpty();
    passes(DEADLINE.dividedBy(2));
    awaitGauges(0, 0, 2);
    assertThat(second.because()).isPresent();
  }

  @Test
  void answersAtTheDeadlineWhileTheFileIsScanned() throws IOException {
    toScan.request(1);
    Arrival arrival = arrive();
    toScan.expectNext(arrival.job());

    passes(DEADLINE);
    await().until(() -> arrival.because().isPresent());
    Verdict late = new Verdict.Infected("Eicar");
    Scanned result = result(arrival, late);

    assertThat(done.expectNext()).isEqualTo(result);
    assertThat(result.verdict()).isEqualTo(late);
    assertThat(arrival.because()).contains(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));
    assertThat(kernel.responses()).hasSize(1);
    assertThat(counts.total()).isEqualTo(1);
  }

  @Test
  void doesNotAnswerAgainAtTheDeadline() throws IOException {
    toScan.request(1);
    Arrival arrival = arrive();
    toScan.expectNext(arrival.job());
    result(arrival, CLEAN);
    done.expectNext();

    passes(DEADLINE.multipliedBy(2));
    Arrival next = arrive();
    awaitGauges(1, 0, 0);

    assertThat(arrival.because()).contains(CLEAN);
    assertThat(next.because()).isEmpty();
    assertThat(kernel.responses()).hasSize(1);
  }

  @Test
  void scansYoungRequestsBeforeDeferredOnes() throws IOException {
    Arrival deferred = arrive();
    awaitGauges(1, 0, 0);
    passes(DEADLINE);
    awaitGauges(0, 0, 1);
    Arrival young = arrive();
    Arrival younger = arrive();
    awaitGauges(2, 0, 1);

    toScan.request(3);

    assertThat(toScan.expectNext()).isSameAs(young.job());
    assertThat(toScan.expectNext()).isSameAs(younger.job());
    assertThat(toScan.expectNext()).isSameAs(deferred.job());
    awaitGauges(0, 3, 0);
  }

  @Test
  void refusesMoreThanItsCapacity() throws IOException {
    toScan.request(1);
    Arrival scanning = arrive();
    toScan.expectNext(scanning.job());
    arrive();
    arrive();
    awaitGauges(2, 1, 0);

    Arrival refused = arrive();

    assertThat(done.expectNext().job()).isSameAs(refused.job());
    assertThat(refused.isOpen()).as("closed behind the scheduler").isTrue();
    assertThat(refused.because()).contains(new Verdict.Unscanned(FallbackReason.OVERLOAD, ""));
    assertThat(kernel.responses())
        .containsExactly(new FakeKernel.SentResponse(refused.job().file(), Response.DENY));
    awaitGauges(2, 1, 0);
  }

  @Test
  void shedsADeferredOneForANewOne() throws IOException {
    Arrival oldest = arrive();
    Arrival older = arrive();
    Arrival old = arrive();
    awaitGauges(3, 0, 0);
    passes(DEADLINE);
    awaitGauges(0, 0, 3);

    Arrival young = arrive();
    awaitGauges(1, 0, 2, /* shed= */ 1);

    assertThat(done.expectNext())
        .isEqualTo(new Scanned(oldest.job(), new Verdict.Unscanned(FallbackReason.OVERLOAD, "")));
    assertThat(older.isOpen()).isTrue();
    assertThat(old.isOpen()).isTrue();
    assertThat(oldest.because()).contains(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));
    assertThat(young.because()).isEmpty();
    assertThat(counts.count(FallbackReason.OVERLOAD)).isZero();
  }

  @Test
  void shedsTheYoungestOfTheHeaviestUserForAnotherUser() throws IOException {
    Arrival old = arrive(/* user= */ 1);
    arrive(1);
    Arrival young = arrive(1);
    awaitGauges(3, 0, 0);

    Arrival other = arrive(/* user= */ 2);

    assertThat(done.expectNext().job()).isSameAs(young.job());
    assertThat(young.because()).contains(new Verdict.Unscanned(FallbackReason.OVERLOAD, ""));
    awaitGauges(3, 0, 0);
    toScan.request(2);
    assertThat(toScan.expectNext()).isSameAs(old.job());
    assertThat(toScan.expectNext()).as("users take turns").isSameAs(other.job());
  }

  @Test
  void answersJobsThatShareAScanByItsVerdict() throws IOException {
    Arrival leader = arriveFor(FILE);
    Arrival twin = arriveFor(FILE);
    awaitGauges(2, 0, 0);
    toScan.request(2);
    toScan.expectNext(leader.job());
    Arrival later = arriveFor(FILE);
    awaitGauges(2, 1, 0);

    result(leader, CLEAN);

    for (Arrival arrival : List.of(leader, twin, later)) {
      assertThat(done.expectNext()).isEqualTo(new Scanned(arrival.job(), CLEAN));
      assertThat(arrival.because()).contains(CLEAN);
      assertThat(arrival.isOpen()).isTrue();
    }
    assertThat(kernel.responses()).hasSize(3);
    assertThat(gauges.counts()).isEqualTo(new QueueGauges.Counts(0, 0, 0, 0, /* shared= */ 2));
  }

  @Test
  void answersAJobThatSharesAScanAtItsOwnDeadline() throws IOException {
    toScan.request(2);
    Arrival leader = arriveFor(FILE);
    toScan.expectNext(leader.job());
    passes(DEADLINE.dividedBy(2));
    Arrival later = arriveFor(FILE);
    awaitGauges(1, 1, 0);

    passes(DEADLINE.dividedBy(2));
    await().until(() -> leader.because().isPresent());
    assertThat(later.because()).isEmpty();
    passes(DEADLINE.dividedBy(2));
    awaitGauges(0, 1, 1);
    result(leader, CLEAN);

    assertThat(done.expectNext()).isEqualTo(new Scanned(leader.job(), CLEAN));
    assertThat(done.expectNext()).isEqualTo(new Scanned(later.job(), CLEAN));
    assertThat(later.because()).contains(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));
    assertThat(kernel.responses()).hasSize(2);
  }

  @Test
  void scansAgainForAFollowerBeforeAChange() throws IOException {
    toScan.request(2);
    Arrival leader = arriveFor(FILE);
    toScan.expectNext(leader.job());
    Arrival later = arriveFor(FILE);
    awaitGauges(1, 1, 0);
    files.changed = 1;

    result(leader, CLEAN);

    assertThat(done.expectNext().job()).isSameAs(leader.job());
    toScan.expectNext(later.job());
    assertThat(later.because()).isEmpty();
  }

  @Test
  void shedsAFollower() throws IOException {
    toScan.request(1);
    Arrival leader = arriveFor(FILE);
    toScan.expectNext(leader.job());
    arriveFor(FILE);
    Arrival young = arriveFor(FILE);
    awaitGauges(2, 1, 0);

    Arrival other = arrive(/* user= */ 2);

    assertThat(done.expectNext().job()).isSameAs(young.job());
    awaitGauges(2, 1, 0);
    assertThat(other.because()).isEmpty();
  }

  @Test
  void closesJobsThatShareAScanWhenItIsStopped() throws IOException {
    toScan.request(1);
    Arrival leader = arriveFor(FILE);
    toScan.expectNext(leader.job());
    Arrival later = arriveFor(FILE);
    awaitGauges(1, 1, 0);

    done.cancel();

    await().until(() -> !later.isOpen());
    assertThat(later.because()).contains(new Verdict.Unscanned(FallbackReason.STOPPING, ""));
    assertThat(leader.because()).contains(new Verdict.Unscanned(FallbackReason.STOPPING, ""));
    assertThat(leader.isOpen()).as("its scan may still read it").isTrue();
  }

  @Test
  void takesANewOneWhenAScanIsOver() throws IOException {
    toScan.request(CAPACITY);
    Arrival first = arrive();
    arrive();
    arrive();
    awaitGauges(0, CAPACITY, 0);
    result(first, CLEAN);
    done.expectNext();

    Arrival next = arrive();
    awaitGauges(1, CAPACITY - 1, 0);

    assertThat(next.because()).isEmpty();
  }

  @Test
  void scansTheBackgroundLastOfAll() throws IOException {
    Arrival deferred = arrive();
    awaitGauges(1, 0, 0);
    passes(DEADLINE);
    awaitGauges(0, 0, 1);
    Arrival background = arriveInTheBackground();
    Arrival young = arrive();
    awaitGauges(1, 0, 1);

    toScan.request(3);

    assertThat(toScan.expectNext()).isSameAs(young.job());
    assertThat(toScan.expectNext()).isSameAs(deferred.job());
    assertThat(toScan.expectNext()).isSameAs(background.job());
    awaitGauges(0, 2, 0);
  }

  @Test
  void shedsPrefetchesWhenAnOpenerHasToWait() throws IOException {
    Arrival prefetched = arriveInTheBackground(ScanTrigger.PREFETCH);
    Arrival written = arriveInTheBackground();

    Arrival young = arrive();

    assertThat(done.expectNext().job()).isSameAs(prefetched.job());
    toScan.request(3);
    assertThat(toScan.expectNext()).isSameAs(young.job());
    assertThat(toScan.expectNext()).isSameAs(written.job());
    assertThat(counts.background().dropped()).isZero();
  }

  @Test
  void scansPrefetchesBehindWrittenFiles() throws IOException {
    Arrival onDemand = arriveInTheBackground(ScanTrigger.ON_DEMAND);
    Arrival prefetched = arriveInTheBackground(ScanTrigger.PREFETCH);
    Arrival written = arriveInTheBackground();

    toScan.request(2);

    assertThat(toScan.expectNext()).isSameAs(written.job());
    assertThat(toScan.expectNext()).isSameAs(prefetched.job());
    result(written, CLEAN);
    toScan.request(1);
    assertThat(toScan.expectNext()).isSameAs(onDemand.job());
  }

  @Test
  void keepsScannersFreeOfTheBackground() throws IOException {
    toScan.request(4);
    Arrival first = arriveInTheBackground();
    Arrival second = arriveInTheBackground();
    Arrival third = arriveInTheBackground();
    toScan.expectNext(first.job());
    toScan.expectNext(second.job());

    Arrival young = arrive();
    toScan.expectNext(young.job());
    Scanned result = result(first, CLEAN);

    assertThat(done.expectNext()).isEqualTo(result);
    toScan.expectNext(third.job());
    awaitGauges(0, 1, 0);
  }

  @Test
  void doesNotCountTheBackgroundInItsCapacity() throws IOException {
    for (int i = 0; i < 2 * CAPACITY; i++) {
      arriveInTheBackground();
    }

    for (int i = 0; i < CAPACITY; i++) {
      arrive();
    }

    awaitGauges(CAPACITY, 0, 0);
    assertThat(counts.count(FallbackReason.OVERLOAD)).isZero();
  }

  @Test
  void answersNothingForTheBackgroundAtTheDeadline() throws IOException {
    Arrival background = arriveInTheBackground();
    Arrival arrival = arrive();
    awaitGauges(1, 0, 0);

    passes(DEADLINE.multipliedBy(3));
    awaitGauges(0, 0, 1);

    assertThat(arrival.because()).isPresent();
    assertThat(background.because()).isEmpty();
    assertThat(background.isOpen()).isTrue();
  }

  @Test
  void closesTheBackgroundWhenItIsStopped() throws IOException {
    Arrival background = arriveInTheBackground();
    arrive();
    awaitGauges(1, 0, 0);

    done.cancel();

    await().until(() -> !background.isOpen());
    assertThat(counts.background().byName()).containsEntry("unscanned", 1L);
  }

  @Test
  void completesWhenTheLastOneOfTheBackgroundIsScanned() throws IOException {
    Arrival background = arriveInTheBackground();
    jobs.sendComplete();

    toScan.request(1);
    toScan.expectNext(background.job());
    Scanned last = result(background, CLEAN);

    assertThat(done.expectNext()).isEqualTo(last);
    done.expectComplete();
    assertThat(counts.total()).isZero();
  }

  @Test
  void answersAllRequestsInsideWhenItIsStopped() throws IOException {
    toScan.request(1);
    Arrival scanning = arrive();
    toScan.expectNext(scanning.job());
    Arrival waiting = arrive();
    awaitGauges(1, 1, 0);

    jobs.sendError(new IOException("the reader failed"));
    done.expectError();

    Verdict stopping = new Verdict.Unscanned(FallbackReason.STOPPING, "");
    await().untilAsserted(() -> assertThat(waiting.because()).contains(stopping));
    assertThat(scanning.because()).contains(stopping);
    assertThat(kernel.responses())
        .extracting(FakeKernel.SentResponse::response)
        .containsExactly(Response.ALLOW, Response.ALLOW);
    await().until(() -> !waiting.isOpen());
    assertThat(scanning.isOpen()).as("its scan may still read it").isTrue();
    awaitGauges(0, 0, 0);
  }

  @Test
  void closesDeferredOnesWhenItIsStopped() throws IOException {
    Arrival deferred = arrive();
    awaitGauges(1, 0, 0);
    passes(DEADLINE);
    awaitGauges(0, 0, 1);

    done.cancel();

    await().until(() -> !deferred.isOpen());
    assertThat(deferred.because()).contains(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));
    jobs.expectCancellation();
  }

  @Test
  void stopsWhenTheScannersLeave() throws IOException {
    Arrival waiting = arrive();
    awaitGauges(1, 0, 0);

    toScan.cancel();

    await().until(() -> !waiting.isOpen());
    assertThat(waiting.because()).contains(new Verdict.Unscanned(FallbackReason.STOPPING, ""));
    done.expectComplete();
  }

  @Test
  void completesAtOnceIfNothingIsInside() {
    jobs.sendComplete();

    done.expectComplete();
    toScan.ensureSubscription().expectComplete();
  }

  @Test
  void completesWhenTheLastOneIsScanned() throws IOException {
    Arrival deferred = arrive();
    awaitGauges(1, 0, 0);
    passes(DEADLINE);
    awaitGauges(0, 0, 1);
    Arrival young = arrive();
    awaitGauges(1, 0, 1);

    jobs.sendComplete();
    toScan.request(2);
    toScan.expectNext(young.job());
    toScan.expectNext(deferred.job());
    result(young, CLEAN);
    done.expectNext();
    Scanned last = result(deferred, CLEAN);

    assertThat(done.expectNext()).isEqualTo(last);
    done.expectComplete();
  }

  @Test
  void stillAnswersAtTheDeadlineWhenNoMoreCome() throws IOException {
    Arrival arrival = arrive();
    awaitGauges(1, 0, 0);
    jobs.sendComplete();

    passes(DEADLINE);

    await().until(() -> arrival.because().isPresent());
  }

  /** A request of a user that has to wait. */
  private Arrival arrive(int user) throws IOException {
    return arrive(user, open(), FileFacts.UNKNOWN);
  }

  /** A request for a file with a number. */
  private Arrival arriveFor(long inode) throws IOException {
    EventFile file = open();
    files.opened(file.fd(), inode);
    return arrive(0, file, Requests.facts(files.version(inode)));
  }

  private Arrival arrive() throws IOException {
    return arrive(0);
  }

  /** A request with its deadline from now on; returns when the scheduler took it or will soon. */
  private Arrival arrive(int user, EventFile file, FileFacts facts) {
    PermissionRequest request =
        RequestBuilder.of(kernel.context(counts), file.fd())
            .pid(1)
            .facts(facts)
            .readAt(nanos.get())
            .deadline(DEADLINE)
            .fallback(TestPolicy.DENY_ALL)
            .build();
    users.put(request, user);
    jobs.sendNext(request);
    return new Arrival(request, file);
  }

  /** A file that was written. */
  private Arrival arriveInTheBackground() throws IOException {
    EventFile file = open();
    return arriveInTheBackground(
        BackgroundScan.written(
            kernel.context(counts), file.fd(), 1, FileFacts.UNKNOWN, nanos.get()),
        file);
  }

  private Arrival arriveInTheBackground(ScanTrigger trigger) throws IOException {
    EventFile file = open();
    FileFacts facts = Requests.facts(Requests.version(opened, 1, 0));
    return arriveInTheBackground(
        BackgroundScan.unopened(
            kernel.context(counts), file.fd(), trigger, facts, CloseObserver.NONE, nanos.get()),
        file);
  }

  private Arrival arriveInTheBackground(BackgroundScan scan, EventFile file) {
    jobs.sendNext(scan);
    return new Arrival(scan, file);
  }

  private EventFile open() throws IOException {
    Path path = Files.writeString(directory.resolve("f" + opened++ + "-"), "content");
    return EventFile.open(path);
  }

  /** What a scanner does: answers, then says so. */
  private Scanned result(Arrival arrival, Verdict verdict) {
    arrival.job().complete(verdict, nanos.get());
    Scanned result = new Scanned(arrival.job(), verdict);
    scanned.sendNext(result);
    return result;
  }

  private void passes(Duration duration) {
    nanos.addAndGet(duration.toNanos());
    time.timePasses(duration);
  }

  private static ConditionFactory await() {
    return Awaitility.await().pollInterval(Duration.ofMillis(5));
  }

  private void awaitGauges(int waiting, int scanning, int deferred) {
    awaitGauges(waiting, scanning, deferred, /* shed= */ 0);
  }

  private void awaitGauges(int waiting, int scanning, int deferred, long shed) {
    QueueGauges.Counts expected =
        new QueueGauges.Counts(waiting, scanning, deferred, shed, /* shared= */ 0);
    await().untilAsserted(() -> assertThat(gauges.counts()).isEqualTo(expected));
  }
}
