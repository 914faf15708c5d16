package io.nacre.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.PathRules.Include;
import io.nacre.engine.policy.ProgramSet;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel.SentResponse;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.RequestSink;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.InlineReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.file.Statx;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FanotifyReaderTest {
  private static final int SELF = ProcFs.self();
  private static final int STRANGER = 1;

  @TempDir Path directory;

  private TestedReader reader;

  @BeforeEach
  void open() throws IOException {
    reader = TestedReader.open(directory);
  }

  @AfterEach
  void close() {
    reader.close();
  }

  @Test
  void handsOnAFileThatMustBeScanned() throws Exception {
    EventFile file = file("content");
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    PermissionRequest request = reader.handedOn.take();

    assertThat(request.file()).isEqualTo(file.fd());
    assertThat(request.process().pid()).isEqualTo(STRANGER);
    assertThat(request.isCompleted()).isFalse();
    assertThat(request.nanosLeft(reader.nanos.get())).isEqualTo(TestedReader.DEADLINE.toNanos());
    assertThat(file.isOpen()).isTrue();
    assertThat(reader.kernel.responses()).isEmpty();
    assertThat(reader.counts.total()).isZero();
  }

  @Test
  void pinsThePolicyToTheRequest() throws Exception {
    EventFile file = file("content");
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);

    assertThat(reader.handedOn.take().policy().generation()).isEqualTo(1);
  }

  @Test
  void allowsOurOwnOpensAtOnce() throws Exception {
    EventFile file = file("content");
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), SELF);

    await()
        .untilAsserted(
            () -> assertThat(reader.counts.count(InlineReason.OWN_PROCESS)).isEqualTo(1));
    await().until(() -> !file.isOpen());
    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(file.fd(), Response.ALLOW));
    assertThat(reader.handedOn).isEmpty();
  }

  @Test
  void handsTheOpenBehindAnExecOnAsOne() throws Exception {
    EventFile announced = file("content");
    EventFile opened = file("content");
    EventFile next = file("content");
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_EXEC_PERM, announced.fd(), STRANGER);
    await().until(() -> !announced.isOpen());
    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, opened.fd(), STRANGER);
    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, next.fd(), STRANGER);

    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(announced.fd(), Response.ALLOW));
    assertThat(reader.counts.count(InlineReason.EXEC_ANNOUNCED)).isEqualTo(1);
    assertThat(reader.handedOn.take())
        .returns(opened.fd(), PermissionRequest::file)
        .returns(ScanTrigger.EXECUTED, PermissionRequest::trigger);
    assertThat(reader.handedOn.take().trigger()).isEqualTo(ScanTrigger.OPENED);
  }

  @Test
  void handsOnTheFactsOfTheFile() throws Exception {
    EventFile file = file("content");
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);

    assertThat(reader.handedOn.take().facts().version().size()).isEqualTo(7);
  }

  @Test
  void answersWhatTheQueueRefuses() throws Exception {
    EventFile file = file("content");
    start(refused -> false);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);

    await().until(() -> !file.isOpen());
    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(file.fd(), Response.DENY));
    assertThat(reader.counts.count(FallbackReason.OVERLOAD)).isEqualTo(1);
  }

  @Test
  void answersForAFileThatIsTooBig() throws Exception {
    EventFile file = file("x".repeat(TestedReader.MAX_SIZE + 1));
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);

    await().until(() -> !file.isOpen());
    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(file.fd(), Response.DENY));
    assertThat(reader.counts.count(FallbackReason.OVERSIZE)).isEqualTo(1);
    assertThat(reader.handedOn).isEmpty();
  }

  @Test
  void countsWhatTheKernelCouldNotOpen() throws Exception {
    EventFile file = file("content");
    start(reader.handedOn::add);

    reader.kernel.raise(
        FanotifyMask.FAN_OPEN_PERM, -24, STRANGER); // EMFILE, by FAN_REPORT_FD_ERROR
    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    PermissionRequest next = reader.handedOn.take();

    assertThat(next.file()).isEqualTo(file.fd());
    assertThat(reader.counts.byReason()).containsEntry("unreadable", 1L);
    assertThat(reader.kernel.responses()).isEmpty();
  }

  @Test
  void answersEveryEventOfAManyAtOnce() throws Exception {
    List<EventFile> files = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      files.add(file(i % 2 == 0 ? "" : "content"));
    }
    start(reader.handedOn::add);

    for (EventFile file : files) {
      reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    }

    await().untilAsserted(() -> assertThat(reader.counts.count(InlineReason.EMPTY)).isEqualTo(100));
    await().untilAsserted(() -> assertThat(reader.handedOn).hasSize(100));
    await().until(() -> files.stream().filter(EventFile::isOpen).count() == 100);
    assertThat(reader.kernel.responses()).hasSize(100);
  }

  @Test
  void sendsNoResponseIfNoProcessWaits() throws Exception {
    EventFile own = file("content");
    EventFile other = file("content");
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN, own.fd(), SELF);
    reader.kernel.raise(FanotifyMask.FAN_OPEN, other.fd(), STRANGER);
    PermissionRequest request = reader.handedOn.take();
    request.answer(new Verdict.Infected("Eicar"), reader.nanos.get());

    await().until(() -> !own.isOpen());
    assertThat(reader.kernel.responses()).isEmpty();
    assertThat(request.answer().response()).isEqualTo(Response.ALLOW);
    assertThat(reader.counts.count(InlineReason.OWN_PROCESS)).isEqualTo(1);
  }

  @Test
  void leavesAFileThatWasWrittenForLater() throws Exception {
    EventFile file = file("content");
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, file.fd(), STRANGER);
    BackgroundScan request = reader.background.take();

    assertThat(request.file()).isEqualTo(file.fd());
    assertThat(request.trigger()).isEqualTo(ScanTrigger.WRITTEN);
    assertThat(request.process().program()).isPresent();
    assertThat(file.isOpen()).isTrue();
    assertThat(reader.handedOn).isEmpty();
  }

  @Test
  void answersOnlyPermissionEventsAmongMany() throws Exception {
    EventFile written = file("");
    EventFile opened = file("");
    EventFile ours = file("content");
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, written.fd(), STRANGER);
    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, opened.fd(), STRANGER);
    reader.kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, ours.fd(), SELF);

    await().until(() -> !written.isOpen() && !opened.isOpen() && !ours.isOpen());
    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(opened.fd(), Response.ALLOW));
    assertThat(reader.counts.total()).isEqualTo(1);
    assertThat(reader.counts.background().skipped()).isEqualTo(2);
    assertThat(reader.background).isEmpty();
  }

  @Test
  void dropsAFileThatWasWrittenIfThereIsNoRoom() throws Exception {
    EventFile file = file("content");
    start(reader.handedOn::add, refused -> false);

    reader.kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, file.fd(), STRANGER);

    await().until(() -> !file.isOpen());
    assertThat(reader.counts.background().dropped()).isEqualTo(1);
    assertThat(reader.counts.total()).isZero();
    assertThat(reader.kernel.responses()).isEmpty();
  }

  @Test
  void skipsAFileThatWasWrittenAndIsTooBig() throws Exception {
    EventFile file = file("x".repeat(TestedReader.MAX_SIZE + 1));
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, file.fd(), STRANGER);

    await().until(() -> !file.isOpen());
    assertThat(reader.counts.background().skipped()).isEqualTo(1);
    assertThat(reader.counts.total()).isZero();
  }

  @Test
  void takesAnOpenThatIsMergedWithAWriteForAnOpen() throws Exception {
    EventFile file = file("content");
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN | FanotifyMask.FAN_CLOSE_WRITE, file.fd(), STRANGER);

    assertThat(reader.handedOn.take().trigger()).isEqualTo(ScanTrigger.OPENED);
    assertThat(reader.background).isEmpty();
  }

  @Test
  void countsAWrittenFileThatTheKernelCouldNotOpenAsDropped() throws Exception {
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, -24, STRANGER);

    await().until(() -> reader.counts.background().dropped() == 1);
    assertThat(reader.counts.byReason()).containsEntry("unreadable", 0L);
  }

  @Test
  void deniesAtOnceAFileThatIsCachedAsInfected() throws Exception {
    EventFile file = file("content");
    reader.infected.add(version(file), "Eicar", reader.infected.generation());
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    PermissionRequest request = reader.denied.take();

    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(file.fd(), Response.DENY));
    assertThat(request.answer().because()).isEqualTo(new Verdict.Infected("Eicar"));
    assertThat(request.process().program()).isPresent();
    assertThat(file.isOpen()).isTrue();
    assertThat(reader.counts.byReason())
        .containsEntry("infected-cached", 1L)
        .containsEntry("infected", 0L);
    assertThat(reader.handedOn).isEmpty();
  }

  @Test
  void hasAnotherVersionOfAnInfectedFileScanned() throws Exception {
    EventFile file = file("content");
    reader.infected.add(version(file), "Eicar", reader.infected.generation());
    Files.writeString(directory.resolve("f0-"), "other content");
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);

    assertThat(reader.handedOn.take().isCompleted()).isFalse();
    assertThat(reader.denied).isEmpty();
  }

  @Test
  void deniesNothingIfNoProcessWaits() throws Exception {
    EventFile file = file("content");
    reader.infected.add(version(file), "Eicar", reader.infected.generation());
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN, file.fd(), STRANGER);

    assertThat(reader.handedOn.take().isCompleted()).isFalse();
    assertThat(reader.denied).isEmpty();
  }

  @Test
  void answersWhenDescriptorsAreScarce() throws Exception {
    EventFile file = file("content");
    assertThat(reader.budget.update(reader.budget.limit() - 10)).isTrue();
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);

    await().until(() -> !file.isOpen());
    assertThat(reader.counts.count(FallbackReason.OVERLOAD)).isEqualTo(1);
    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(file.fd(), Response.DENY));
    assertThat(reader.handedOn).isEmpty();
  }

  @Test
  void stopsOnTheSignal() throws Exception {
    ActorRef<FanotifyReader.Command> reading = start(reader.handedOn::add);
    ActorRef<FanotifyReader.Command> standby = start(reader.handedOn::add);
    TestProbe<Object> probe = reader.testKit.createTestProbe();

    reader.stop.signal();

    probe.expectTerminated(reading);
    probe.expectTerminated(standby);
  }

  @Test
  void readsInPlaceOfAnotherThatIsStuck() throws Exception {
    EventFile file = file("content");
    aReaderThatIsStuck();
    start(reader.handedOn::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    PermissionRequest request = reader.handedOn.poll(10, TimeUnit.SECONDS);

    assertThat(request).isNotNull();
  }

  @Test
  void makesProgressInPlaceOfAnotherThatIsStuckWhileNothingIsQueued() {
    aReaderThatIsStuck();

    start(reader.handedOn::add);

    await().until(() -> reader.lease.progressNanos() == reader.nanos.get());
  }

  @Test
  void makesNoProgressWhileItIsStuckAsWell() throws Exception {
    EventFile file = file("content");
    aReaderThatIsStuck();
    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    CountDownLatch isStuck = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);

    start(
        request -> {
          isStuck.countDown();
          return opens(goOn) && reader.handedOn.add(request);
        });
    assertThat(opens(isStuck)).isTrue();

    assertThat(reader.lease.progressNanos()).isLessThan(reader.nanos.get());
    goOn.countDown();
    await().until(() -> reader.lease.progressNanos() == reader.nanos.get());
  }

  @Test
  void leavesTheLeaseWhenItWasTakenMeanwhile() throws Exception {
    CountDownLatch isStuck = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    start(
        request -> {
          isStuck.countDown();
          return opens(goOn) && reader.handedOn.add(request);
        });
    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file("content").fd(), STRANGER);
    assertThat(opens(isStuck)).isTrue();
    reader.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    ReaderLease.Claim other = reader.lease.addReader();
    other.takeOver(reader.nanos.get(), 0);

    goOn.countDown();
    reader.handedOn.take();
    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file("content").fd(), STRANGER);
    reader.stop.signal();

    assertThat(other.isHeld()).isTrue();
    assertThat(reader.handedOn).isEmpty();
  }

  @Test
  void readsNothingInPlaceOfAnotherThatIsWell() throws Exception {
    EventFile file = file("content");
    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    ReaderLease.Claim other = reader.lease.addReader();
    ActorRef<FanotifyReader.Command> standby = start(reader.handedOn::add);
    TestProbe<Object> probe = reader.testKit.createTestProbe();

    reader.stop.signal();
    probe.expectTerminated(standby);

    assertThat(other.isHeld()).isTrue();
    assertThat(reader.handedOn).isEmpty();
    assertThat(reader.kernel.group().read(new NativeBuffer(100))).isPositive();
  }

  private void aReaderThatIsStuck() {
    reader.lease.addReader().begin(reader.nanos.get());
    reader.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
  }

  private static boolean opens(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private ActorRef<FanotifyReader.Command> start(RequestSink requests) {
    return start(requests, reader.background::add);
  }

  private ActorRef<FanotifyReader.Command> start(RequestSink requests, BackgroundSink background) {
    PathRules paths = new PathRules(List.of(new Include(directory.toString(), List.of())));
    return reader.start(reader.rules(paths, OwnMounts.of(), ProgramSet.NONE), requests, background);
  }

  private static FileVersion version(EventFile file) throws IOException {
    return FileVersion.of(new Statx().read(file.fd()));
  }

  private EventFile file(String content) throws IOException {
    return reader.file(content);
  }
}
