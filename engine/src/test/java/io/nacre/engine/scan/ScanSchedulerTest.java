package io.nacre.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.request.Answer;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ScanTrigger;
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
  private static final FallbackPolicy DENY_ALL =
      new FallbackPolicy(Response.DENY, Response.DENY, Response.DENY, Response.DENY);
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int CAPACITY = 3;
  private static final long FILE = 7;
  private static final int SCANNERS = 4;

  /** A request and the file that is open for it. */
  private record Guest(PermissionRequest request, EventFile file) {

    boolean isOpen() {
      return file.isOpen();
    }

    Optional<Verdict> because() {
      return request.answered().map(Answer::because);
    }
  }

  @TempDir Path directory;

  private final ActorTestKit testKit =
      ActorTestKit.create(
          "waiting-room", ManualTime.config().withFallback(ActorTestKit.applicationTestConfig()));
  private final ActorSystem<?> system = testKit.system();
  private final ManualTime time = ManualTime.get(system);
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7); // wraps around at once
  private final AtomicBoolean silent = new AtomicBoolean();
  private final AnswerCounts counts = new AnswerCounts();
  private final Map<PermissionRequest, Integer> users = new ConcurrentHashMap<>();
  private final FakeFiles files = new FakeFiles();
  private final QueueGauges occupancy = new QueueGauges();
  private int opened;
  private FakeKernel kernel;
  private TestPublisher.Probe<PermissionRequest> requests;
  private TestSubscriber.Probe<PermissionRequest> toScan;
  private TestPublisher.Probe<Scanned> scanned;
  private TestSubscriber.Probe<Scanned> done;

  @BeforeEach
  void start() throws IOException {
    kernel = FakeKernel.open();
    Flow<
            PermissionRequest,
            Scanned,
            Pair<TestSubscriber.Probe<PermissionRequest>, TestPublisher.Probe<Scanned>>>
        scanners =
            Flow.fromSinkAndSourceMat(
                TestSink.<PermissionRequest>create(system),
                TestSource.<Scanned>create(system),
                Keep.both());
    BidiFlow<PermissionRequest, PermissionRequest, Scanned, Scanned, NotUsed> room =
        BidiFlow.fromGraph(
            new ScanScheduler(
                CAPACITY,
                SCANNERS,
                silent::get,
                nanos::get,
                kernel.context(DENY_ALL, counts),
                files,
                request -> users.getOrDefault(request, 0),
                occupancy));
    var probes =
        TestSource.<PermissionRequest>create(system)
            .viaMat(room.join(scanners, Keep.right()), Keep.both())
            .toMat(TestSink.create(system), Keep.both())
            .run(system);
    requests = probes.first().first();
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
    Guest guest = arrive();

    toScan.expectNext(guest.request());
    Scanned result = result(guest, CLEAN);

    assertThat(done.expectNext()).isEqualTo(result);
    assertThat(guest.because()).contains(CLEAN);
    assertThat(guest.isOpen()).as("closed by whoever comes behind the room").isTrue();
    awaitOccupancy(0, 0, 0);
  }

  @Test
  void keepsTheOrderOfThoseWhoWait() throws IOException {
    Guest first = arrive();
    Guest second = arrive();
    awaitOccupancy(2, 0, 0);

    toScan.request(2);

    assertThat(toScan.expectNext()).isSameAs(first.request());
    assertThat(toScan.expectNext()).isSameAs(second.request());
    awaitOccupancy(0, 2, 0);
  }

  @Test
  void answersAtTheDeadlineWhileNoScannerIsFree() throws IOException {
    Guest guest = arrive();
    awaitOccupancy(1, 0, 0);

    passes(DEADLINE);
    awaitOccupancy(0, 0, 1);

    assertThat(guest.request().answered())
        .contains(
            new Answer(
                Response.DENY,
                new Verdict.Unscanned(FallbackReason.DEADLINE, ""),
                DEADLINE.toNanos()));
    assertThat(kernel.heard())
        .containsExactly(new FakeKernel.Told(guest.file().fd(), Response.DENY));
    assertThat(guest.isOpen()).isTrue();
  }

  @Test
  void leavesNobodyWaitingForAFrozenClamd() throws IOException {
    arrive();
    awaitOccupancy(1, 0, 0);
    passes(DEADLINE.minusSeconds(1));
    Guest younger = arrive();
    silent.set(true);

    passes(Duration.ofSeconds(1));
    awaitOccupancy(0, 0, 2);
    Guest next = arrive();
    awaitOccupancy(0, 0, 3);

    assertThat(younger.because()).contains(new Verdict.Unscanned(FallbackReason.CLAMD_SILENT, ""));
    assertThat(next.because()).contains(new Verdict.Unscanned(FallbackReason.CLAMD_SILENT, ""));
    assertThat(next.request().answered().orElseThrow().response()).isEqualTo(Response.DENY);
  }

  @Test
  void waitsAgainWhenAScanIsOverOrClamdSpeaks() throws IOException {
    toScan.request(1);
    Guest first = arrive();
    toScan.expectNext(first.request());
    silent.set(true);
    passes(DEADLINE);
    arrive();
    awaitOccupancy(0, 1, 1);

    silent.set(false);
    arrive();
    awaitOccupancy(1, 1, 1);
    silent.set(true);
    result(first, CLEAN);
    done.expectNext();
    Guest later = arrive();
    awaitOccupancy(2, 0, 1);

    assertThat(later.because()).isEmpty();
  }

  @Test
  void waitsForASlowFileAsLongAsOthersAreScanned() throws IOException {
    toScan.request(2);
    arrive();
    Guest quick = arrive();
    toScan.expectNextN(2);
    result(quick, CLEAN);
    done.expectNext();
    silent.set(true);
    passes(DEADLINE);

    Guest next = arrive();
    awaitOccupancy(1, 1, 0);

    assertThat(next.because()).isEmpty();
  }

  @Test
  void answersNobodyBeforeTheDeadline() throws IOException {
    Guest first = arrive();
    awaitOccupancy(1, 0, 0);
    passes(DEADLINE.dividedBy(2));
    Guest second = arrive();
    awaitOccupancy(2, 0, 0);

    passes(DEADLINE.dividedBy(2));
    awaitOccupancy(1, 0, 1);

    assertThat(first.because()).isPresent();
    assertThat(second.because()).isEmpty();
    passes(DEADLINE.dividedBy(2));
    awaitOccupancy(0, 0, 2);
    assertThat(second.because()).isPresent();
  }

  @Test
  void answersAtTheDeadlineWhileTheFileIsScanned() throws IOException {
    toScan.request(1);
    Guest guest = arrive();
    toScan.expectNext(guest.request());

    passes(DEADLINE);
    await().until(() -> guest.because().isPresent());
    Verdict late = new Verdict.Infected("Eicar");
    Scanned result = result(guest, late);

    assertThat(done.expectNext()).isEqualTo(result);
    assertThat(result.verdict()).isEqualTo(late);
    assertThat(guest.because()).contains(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));
    assertThat(kernel.heard()).hasSize(1);
    assertThat(counts.total()).isEqualTo(1);
  }

  @Test
  void doesNotAnswerAgainAtTheDeadline() throws IOException {
    toScan.request(1);
    Guest guest = arrive();
    toScan.expectNext(guest.request());
    result(guest, CLEAN);
    done.expectNext();

    passes(DEADLINE.multipliedBy(2));
    Guest next = arrive();
    awaitOccupancy(1, 0, 0);

    assertThat(guest.because()).contains(CLEAN);
    assertThat(next.because()).isEmpty();
    assertThat(kernel.heard()).hasSize(1);
  }

  @Test
  void scansTheYoungBeforeTheLate() throws IOException {
    Guest late = arrive();
    awaitOccupancy(1, 0, 0);
    passes(DEADLINE);
    awaitOccupancy(0, 0, 1);
    Guest young = arrive();
    Guest younger = arrive();
    awaitOccupancy(2, 0, 1);

    toScan.request(3);

    assertThat(toScan.expectNext()).isSameAs(young.request());
    assertThat(toScan.expectNext()).isSameAs(younger.request());
    assertThat(toScan.expectNext()).isSameAs(late.request());
    awaitOccupancy(0, 3, 0);
  }

  @Test
  void refusesMoreThanItsCapacity() throws IOException {
    toScan.request(1);
    Guest scanning = arrive();
    toScan.expectNext(scanning.request());
    arrive();
    arrive();
    awaitOccupancy(2, 1, 0);

    Guest refused = arrive();

    assertThat(done.expectNext().request()).isSameAs(refused.request());
    assertThat(refused.isOpen()).as("closed by whoever comes behind the room").isTrue();
    assertThat(refused.because()).contains(new Verdict.Unscanned(FallbackReason.OVERLOAD, ""));
    assertThat(kernel.heard())
        .containsExactly(new FakeKernel.Told(refused.request().file(), Response.DENY));
    awaitOccupancy(2, 1, 0);
  }

  @Test
  void givesALateOneUpForANewOne() throws IOException {
    Guest oldest = arrive();
    Guest older = arrive();
    Guest old = arrive();
    awaitOccupancy(3, 0, 0);
    passes(DEADLINE);
    awaitOccupancy(0, 0, 3);

    Guest young = arrive();
    awaitOccupancy(1, 0, 2, /* givenUp= */ 1);

    assertThat(done.expectNext())
        .isEqualTo(
            new Scanned(oldest.request(), new Verdict.Unscanned(FallbackReason.OVERLOAD, "")));
    assertThat(older.isOpen()).isTrue();
    assertThat(old.isOpen()).isTrue();
    assertThat(oldest.because()).contains(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));
    assertThat(young.because()).isEmpty();
    assertThat(counts.count(FallbackReason.OVERLOAD)).isZero();
  }

  @Test
  void givesTheYoungestOfTheHeaviestUserUpForSomebodyElse() throws IOException {
    Guest old = arrive(/* user= */ 1);
    arrive(1);
    Guest young = arrive(1);
    awaitOccupancy(3, 0, 0);

    Guest other = arrive(/* user= */ 2);

    assertThat(done.expectNext().request()).isSameAs(young.request());
    assertThat(young.because()).contains(new Verdict.Unscanned(FallbackReason.OVERLOAD, ""));
    awaitOccupancy(3, 0, 0);
    toScan.request(2);
    assertThat(toScan.expectNext()).isSameAs(old.request());
    assertThat(toScan.expectNext()).as("users take turns").isSameAs(other.request());
  }

  @Test
  void answersThoseWhoShareAScanByItsVerdict() throws IOException {
    Guest leader = arriveFor(FILE);
    Guest twin = arriveFor(FILE);
    awaitOccupancy(2, 0, 0);
    toScan.request(2);
    toScan.expectNext(leader.request());
    Guest later = arriveFor(FILE);
    awaitOccupancy(2, 1, 0);

    result(leader, CLEAN);

    for (Guest guest : List.of(leader, twin, later)) {
      assertThat(done.expectNext()).isEqualTo(new Scanned(guest.request(), CLEAN));
      assertThat(guest.because()).contains(CLEAN);
      assertThat(guest.isOpen()).isTrue();
    }
    assertThat(kernel.heard()).hasSize(3);
    assertThat(occupancy.counts()).isEqualTo(new QueueGauges.Counts(0, 0, 0, 0, /* shared= */ 2));
  }

  @Test
  void answersWhoeverSharesAScanAtADeadlineOfItsOwn() throws IOException {
    toScan.request(2);
    Guest leader = arriveFor(FILE);
    toScan.expectNext(leader.request());
    passes(DEADLINE.dividedBy(2));
    Guest later = arriveFor(FILE);
    awaitOccupancy(1, 1, 0);

    passes(DEADLINE.dividedBy(2));
    await().until(() -> leader.because().isPresent());
    assertThat(later.because()).isEmpty();
    passes(DEADLINE.dividedBy(2));
    awaitOccupancy(0, 1, 1);
    result(leader, CLEAN);

    assertThat(done.expectNext()).isEqualTo(new Scanned(leader.request(), CLEAN));
    assertThat(done.expectNext()).isEqualTo(new Scanned(later.request(), CLEAN));
    assertThat(later.because()).contains(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));
    assertThat(kernel.heard()).hasSize(2);
  }

  @Test
  void scansAgainForWhoeverCameBeforeAChange() throws IOException {
    toScan.request(2);
    Guest leader = arriveFor(FILE);
    toScan.expectNext(leader.request());
    Guest later = arriveFor(FILE);
    awaitOccupancy(1, 1, 0);
    files.changed = 1;

    result(leader, CLEAN);

    assertThat(done.expectNext().request()).isSameAs(leader.request());
    toScan.expectNext(later.request());
    assertThat(later.because()).isEmpty();
  }

  @Test
  void givesUpWhoeverWaitsForTheScanOfAnother() throws IOException {
    toScan.request(1);
    Guest leader = arriveFor(FILE);
    toScan.expectNext(leader.request());
    arriveFor(FILE);
    Guest young = arriveFor(FILE);
    awaitOccupancy(2, 1, 0);

    Guest other = arrive(/* user= */ 2);

    assertThat(done.expectNext().request()).isSameAs(young.request());
    awaitOccupancy(2, 1, 0);
    assertThat(other.because()).isEmpty();
  }

  @Test
  void closesThoseWhoShareAScanWhenItIsStopped() throws IOException {
    toScan.request(1);
    Guest leader = arriveFor(FILE);
    toScan.expectNext(leader.request());
    Guest later = arriveFor(FILE);
    awaitOccupancy(1, 1, 0);

    done.cancel();

    await().until(() -> !later.isOpen());
    assertThat(later.because()).contains(new Verdict.Unscanned(FallbackReason.STOPPING, ""));
    assertThat(leader.because()).contains(new Verdict.Unscanned(FallbackReason.STOPPING, ""));
    assertThat(leader.isOpen()).as("somebody may still read it").isTrue();
  }

  @Test
  void takesANewOneWhenAScanIsOver() throws IOException {
    toScan.request(CAPACITY);
    Guest first = arrive();
    arrive();
    arrive();
    awaitOccupancy(0, CAPACITY, 0);
    result(first, CLEAN);
    done.expectNext();

    Guest next = arrive();
    awaitOccupancy(1, CAPACITY - 1, 0);

    assertThat(next.because()).isEmpty();
  }

  @Test
  void scansTheBackgroundLastOfAll() throws IOException {
    Guest late = arrive();
    awaitOccupancy(1, 0, 0);
    passes(DEADLINE);
    awaitOccupancy(0, 0, 1);
    Guest background = arriveInTheBackground();
    Guest young = arrive();
    awaitOccupancy(1, 0, 1);

    toScan.request(3);

    assertThat(toScan.expectNext()).isSameAs(young.request());
    assertThat(toScan.expectNext()).isSameAs(late.request());
    assertThat(toScan.expectNext()).isSameAs(background.request());
    awaitOccupancy(0, 2, 0);
  }

  @Test
  void givesUpWhatMayBeOpenedSoonWhenAnOpenerHasToWait() throws IOException {
    Guest ahead = arriveInTheBackground(ScanTrigger.AHEAD);
    Guest written = arriveInTheBackground();

    Guest young = arrive();

    assertThat(done.expectNext().request()).isSameAs(ahead.request());
    toScan.request(3);
    assertThat(toScan.expectNext()).isSameAs(young.request());
    assertThat(toScan.expectNext()).isSameAs(written.request());
    assertThat(counts.background().dropped()).isZero();
  }

  @Test
  void scansWhatMayBeOpenedSoonBehindWhatWasWritten() throws IOException {
    Guest swept = arriveInTheBackground(ScanTrigger.SWEPT);
    Guest ahead = arriveInTheBackground(ScanTrigger.AHEAD);
    Guest written = arriveInTheBackground();

    toScan.request(2);

    assertThat(toScan.expectNext()).isSameAs(written.request());
    assertThat(toScan.expectNext()).isSameAs(ahead.request());
    result(written, CLEAN);
    toScan.request(1);
    assertThat(toScan.expectNext()).isSameAs(swept.request());
  }

  @Test
  void keepsScannersFreeOfTheBackground() throws IOException {
    toScan.request(4);
    Guest first = arriveInTheBackground();
    Guest second = arriveInTheBackground();
    Guest third = arriveInTheBackground();
    toScan.expectNext(first.request());
    toScan.expectNext(second.request());

    Guest young = arrive();
    toScan.expectNext(young.request());
    Scanned result = result(first, CLEAN);

    assertThat(done.expectNext()).isEqualTo(result);
    toScan.expectNext(third.request());
    awaitOccupancy(0, 1, 0);
  }

  @Test
  void doesNotCountTheBackgroundInItsCapacity() throws IOException {
    for (int i = 0; i < 2 * CAPACITY; i++) {
      arriveInTheBackground();
    }

    for (int i = 0; i < CAPACITY; i++) {
      arrive();
    }

    awaitOccupancy(CAPACITY, 0, 0);
    assertThat(counts.count(FallbackReason.OVERLOAD)).isZero();
  }

  @Test
  void answersNothingForTheBackgroundAtTheDeadline() throws IOException {
    Guest background = arriveInTheBackground();
    Guest guest = arrive();
    awaitOccupancy(1, 0, 0);

    passes(DEADLINE.multipliedBy(3));
    awaitOccupancy(0, 0, 1);

    assertThat(guest.because()).isPresent();
    assertThat(background.because()).isEmpty();
    assertThat(background.isOpen()).isTrue();
  }

  @Test
  void givesTheBackgroundUpWhenItIsStopped() throws IOException {
    Guest background = arriveInTheBackground();
    arrive();
    awaitOccupancy(1, 0, 0);

    done.cancel();

    await().until(() -> !background.isOpen());
    assertThat(counts.background().byName()).containsEntry("unscanned", 1L);
  }

  @Test
  void completesWhenTheLastOneOfTheBackgroundIsScanned() throws IOException {
    Guest background = arriveInTheBackground();
    requests.sendComplete();

    toScan.request(1);
    toScan.expectNext(background.request());
    Scanned last = result(background, CLEAN);

    assertThat(done.expectNext()).isEqualTo(last);
    done.expectComplete();
    assertThat(counts.total()).isZero();
  }

  @Test
  void answersEverybodyInsideWhenItIsStopped() throws IOException {
    toScan.request(1);
    Guest scanning = arrive();
    toScan.expectNext(scanning.request());
    Guest waiting = arrive();
    awaitOccupancy(1, 1, 0);

    requests.sendError(new IOException("the reader failed"));
    done.expectError();

    Verdict stopping = new Verdict.Unscanned(FallbackReason.STOPPING, "");
    await().untilAsserted(() -> assertThat(waiting.because()).contains(stopping));
    assertThat(scanning.because()).contains(stopping);
    assertThat(kernel.heard())
        .extracting(FakeKernel.Told::response)
        .containsExactly(Response.ALLOW, Response.ALLOW);
    await().until(() -> !waiting.isOpen());
    assertThat(scanning.isOpen()).as("somebody may still read it").isTrue();
    awaitOccupancy(0, 0, 0);
  }

  @Test
  void closesTheLateOnesWhenItIsStopped() throws IOException {
    Guest late = arrive();
    awaitOccupancy(1, 0, 0);
    passes(DEADLINE);
    awaitOccupancy(0, 0, 1);

    done.cancel();

    await().until(() -> !late.isOpen());
    assertThat(late.because()).contains(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));
    requests.expectCancellation();
  }

  @Test
  void stopsWhenTheScannersLeave() throws IOException {
    Guest waiting = arrive();
    awaitOccupancy(1, 0, 0);

    toScan.cancel();

    await().until(() -> !waiting.isOpen());
    assertThat(waiting.because()).contains(new Verdict.Unscanned(FallbackReason.STOPPING, ""));
    done.expectComplete();
  }

  @Test
  void completesAtOnceIfNobodyIsInside() {
    requests.sendComplete();

    done.expectComplete();
    toScan.ensureSubscription().expectComplete();
  }

  @Test
  void completesWhenTheLastOneIsScanned() throws IOException {
    Guest late = arrive();
    awaitOccupancy(1, 0, 0);
    passes(DEADLINE);
    awaitOccupancy(0, 0, 1);
    Guest young = arrive();
    awaitOccupancy(1, 0, 1);

    requests.sendComplete();
    toScan.request(2);
    toScan.expectNext(young.request());
    toScan.expectNext(late.request());
    result(young, CLEAN);
    done.expectNext();
    Scanned last = result(late, CLEAN);

    assertThat(done.expectNext()).isEqualTo(last);
    done.expectComplete();
  }

  @Test
  void stillAnswersAtTheDeadlineWhenNoMoreCome() throws IOException {
    Guest guest = arrive();
    awaitOccupancy(1, 0, 0);
    requests.sendComplete();

    passes(DEADLINE);

    await().until(() -> guest.because().isPresent());
  }

  /** A request of a user who has to wait. */
  private Guest arrive(int user) throws IOException {
    return arrive(user, Optional.empty());
  }

  /** A request for a file with a number. */
  private Guest arriveFor(long inode) throws IOException {
    return arrive(0, Optional.of(new FileFacts(files.version(inode), 1, false)));
  }

  private Guest arrive() throws IOException {
    return arrive(0);
  }

  /** A request with its deadline from now on; returns when the room took it or will soon. */
  private Guest arrive(int user, Optional<FileFacts> facts) throws IOException {
    Path path = Files.writeString(directory.resolve("f" + opened++ + "-"), "content");
    EventFile file = EventFile.open(path);
    long now = nanos.get();
    PermissionRequest request =
        new PermissionRequest(
            kernel.context(DENY_ALL, counts),
            file.fd(),
            1,
            ScanTrigger.OPENED,
            facts,
            /* waiting= */ true,
            now,
            now + DEADLINE.toNanos());
    users.put(request, user);
    requests.sendNext(request);
    return new Guest(request, file);
  }

  /** A file that was written. */
  private Guest arriveInTheBackground() throws IOException {
    Path path = Files.writeString(directory.resolve("f" + opened++ + "-"), "content");
    EventFile file = EventFile.open(path);
    PermissionRequest request =
        PermissionRequest.written(
            kernel.context(DENY_ALL, counts), file.fd(), 1, Optional.empty(), nanos.get());
    requests.sendNext(request);
    return new Guest(request, file);
  }

  private Guest arriveInTheBackground(ScanTrigger occasion) throws IOException {
    Path path = Files.writeString(directory.resolve("f" + opened++ + "-"), "content");
    EventFile file = EventFile.open(path);
    FileFacts facts = new FileFacts(Requests.version(opened, 1, 0), 1, false);
    PermissionRequest request =
        PermissionRequest.unopened(
            kernel.context(DENY_ALL, counts), file.fd(), occasion, facts, r -> {}, nanos.get());
    requests.sendNext(request);
    return new Guest(request, file);
  }

  /** What a scanner does: answers, then says so. */
  private Scanned result(Guest guest, Verdict verdict) {
    guest.request().answer(verdict, nanos.get());
    Scanned result = new Scanned(guest.request(), verdict);
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

  private void awaitOccupancy(int waiting, int scanning, int late) {
    awaitOccupancy(waiting, scanning, late, /* givenUp= */ 0);
  }

  private void awaitOccupancy(int waiting, int scanning, int late, long givenUp) {
    QueueGauges.Counts expected =
        new QueueGauges.Counts(waiting, scanning, late, givenUp, /* shared= */ 0);
    await().untilAsserted(() -> assertThat(occupancy.counts()).isEqualTo(expected));
  }
}
