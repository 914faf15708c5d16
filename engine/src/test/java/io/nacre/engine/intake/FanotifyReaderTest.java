package io.nacre.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.intake.FanotifyReader.Role;
import io.nacre.engine.policy.Exemptions;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Scanners;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.FakeKernel.Told;
import io.nacre.engine.request.Occasion;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.engine.verdict.InlineReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.WakeUp;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.file.Statx;
import io.nacre.linux.process.DeadMansTimer;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FanotifyReaderTest {
  private static final FallbackPolicy DENY_ALL =
      new FallbackPolicy(Response.DENY, Response.DENY, Response.DENY, Response.DENY);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int SELF = ProcFs.self();
  private static final int STRANGER = 1;
  private static final int MAX_SIZE = 100;

  @TempDir Path directory;

  private final ActorTestKit testKit = ActorTestKit.create();
  private final AnswerCounts counts = new AnswerCounts();
  private final ReaderWatch watch = new ReaderWatch();
  private final AtomicLong nanos = new AtomicLong(1_000);
  private final LinkedBlockingQueue<PermissionRequest> handedOn = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<PermissionRequest> later = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<PermissionRequest> denied = new LinkedBlockingQueue<>();
  private final InfectedFiles infected = new InfectedFiles(8);
  private final List<EventFile> opened = new ArrayList<>();
  private FakeKernel kernel;
  private WakeUp stop;
  private DeadMansTimer deadMan;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
    stop = WakeUp.open();
    deadMan = DeadMansTimer.start(Duration.ofMinutes(30));
  }

  @AfterEach
  void close() {
    stop.signal();
    testKit.shutdownTestKit();
    deadMan.close();
    kernel.close();
    stop.close();
    opened.stream().filter(EventFile::isOpen).forEach(EventFile::close);
  }

  @Test
  void handsOnWhatMustBeScanned() throws Exception {
    EventFile file = file("content");
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    PermissionRequest request = handedOn.take();

    assertThat(request.file()).isEqualTo(file.fd());
    assertThat(request.opener().pid()).isEqualTo(STRANGER);
    assertThat(request.answered()).isEmpty();
    assertThat(request.nanosLeft(nanos.get())).isEqualTo(DEADLINE.toNanos());
    assertThat(file.isOpen()).isTrue();
    assertThat(kernel.heard()).isEmpty();
    assertThat(counts.total()).isZero();
  }

  @Test
  void allowsOurOwnOpensAtOnce() throws Exception {
    EventFile file = file("content");
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), SELF);

    await().untilAsserted(() -> assertThat(counts.count(InlineReason.OWN_PROCESS)).isEqualTo(1));
    await().until(() -> !file.isOpen());
    assertThat(kernel.heard()).containsExactly(new Told(file.fd(), Response.ALLOW));
    assertThat(handedOn).isEmpty();
  }

  @Test
  void answersWhatTheQueueRefuses() throws Exception {
    EventFile file = file("content");
    start(Role.FIRST, refused -> false);

    kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);

    await().until(() -> !file.isOpen());
    assertThat(kernel.heard()).containsExactly(new Told(file.fd(), Response.DENY));
    assertThat(counts.count(FallbackReason.OVERLOAD)).isEqualTo(1);
  }

  @Test
  void answersForAFileThatIsTooBig() throws Exception {
    EventFile file = file("x".repeat(MAX_SIZE + 1));
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);

    await().until(() -> !file.isOpen());
    assertThat(kernel.heard()).containsExactly(new Told(file.fd(), Response.DENY));
    assertThat(counts.count(FallbackReason.OVERSIZE)).isEqualTo(1);
    assertThat(handedOn).isEmpty();
  }

  @Test
  void countsWhatTheKernelCouldNotOpen() throws Exception {
    EventFile file = file("content");
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_OPEN_PERM, -24, STRANGER); // EMFILE, by FAN_REPORT_FD_ERROR
    kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    PermissionRequest next = handedOn.take();

    assertThat(next.file()).isEqualTo(file.fd());
    assertThat(counts.byReason()).containsEntry("unreadable", 1L);
    assertThat(kernel.heard()).isEmpty();
  }

  @Test
  void answersEveryEventOfAManyAtOnce() throws Exception {
    List<EventFile> files = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      files.add(file(i % 2 == 0 ? "" : "content"));
    }
    start(Role.FIRST, handedOn::add);

    for (EventFile file : files) {
      kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    }

    await().untilAsserted(() -> assertThat(counts.count(InlineReason.EMPTY)).isEqualTo(100));
    await().untilAsserted(() -> assertThat(handedOn).hasSize(100));
    await().until(() -> files.stream().filter(EventFile::isOpen).count() == 100);
    assertThat(kernel.heard()).hasSize(100);
  }

  @Test
  void tellsTheKernelNothingIfNobodyWaits() throws Exception {
    EventFile own = file("content");
    EventFile other = file("content");
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_OPEN, own.fd(), SELF);
    kernel.raise(FanotifyMask.FAN_OPEN, other.fd(), STRANGER);
    PermissionRequest request = handedOn.take();
    request.answer(new Verdict.Infected("Eicar"), nanos.get());

    await().until(() -> !own.isOpen());
    assertThat(kernel.heard()).isEmpty();
    assertThat(request.answered().orElseThrow().response()).isEqualTo(Response.ALLOW);
    assertThat(counts.count(InlineReason.OWN_PROCESS)).isEqualTo(1);
  }

  @Test
  void leavesAFileThatWasWrittenForLater() throws Exception {
    EventFile file = file("content");
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, file.fd(), STRANGER);
    PermissionRequest request = later.take();

    assertThat(request.file()).isEqualTo(file.fd());
    assertThat(request.occasion()).isEqualTo(Occasion.WRITTEN);
    assertThat(request.opener().program()).isPresent();
    assertThat(file.isOpen()).isTrue();
    assertThat(handedOn).isEmpty();
  }

  @Test
  void answersOnlyThoseWhoWaitAmongManyEvents() throws Exception {
    EventFile written = file("");
    EventFile opened = file("");
    EventFile ours = file("content");
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, written.fd(), STRANGER);
    kernel.raise(FanotifyMask.FAN_OPEN_PERM, opened.fd(), STRANGER);
    kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, ours.fd(), SELF);

    await().until(() -> !written.isOpen() && !opened.isOpen() && !ours.isOpen());
    assertThat(kernel.heard()).containsExactly(new Told(opened.fd(), Response.ALLOW));
    assertThat(counts.total()).isEqualTo(1);
    assertThat(counts.background().skipped()).isEqualTo(2);
    assertThat(later).isEmpty();
  }

  @Test
  void dropsAFileThatWasWrittenIfThereIsNoRoom() throws Exception {
    EventFile file = file("content");
    start(Role.FIRST, handedOn::add, refused -> false);

    kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, file.fd(), STRANGER);

    await().until(() -> !file.isOpen());
    assertThat(counts.background().dropped()).isEqualTo(1);
    assertThat(counts.total()).isZero();
    assertThat(kernel.heard()).isEmpty();
  }

  @Test
  void skipsAFileThatWasWrittenAndIsTooBig() throws Exception {
    EventFile file = file("x".repeat(MAX_SIZE + 1));
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, file.fd(), STRANGER);

    await().until(() -> !file.isOpen());
    assertThat(counts.background().skipped()).isEqualTo(1);
    assertThat(counts.total()).isZero();
  }

  @Test
  void takesAnOpenThatIsMergedWithAWriteForAnOpen() throws Exception {
    EventFile file = file("content");
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_OPEN | FanotifyMask.FAN_CLOSE_WRITE, file.fd(), STRANGER);

    assertThat(handedOn.take().occasion()).isEqualTo(Occasion.OPENED);
    assertThat(later).isEmpty();
  }

  @Test
  void countsAWrittenFileThatTheKernelCouldNotOpenAsDropped() throws Exception {
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, -24, STRANGER);

    await().until(() -> counts.background().dropped() == 1);
    assertThat(counts.byReason()).containsEntry("unreadable", 0L);
  }

  @Test
  void deniesAtOnceWhatIsKnownToBeInfected() throws Exception {
    EventFile file = file("content");
    infected.add(version(file), "Eicar", infected.generation());
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    PermissionRequest request = denied.take();

    assertThat(kernel.heard()).containsExactly(new Told(file.fd(), Response.DENY));
    assertThat(request.answered().orElseThrow().because()).isEqualTo(new Verdict.Infected("Eicar"));
    assertThat(request.opener().program()).isPresent();
    assertThat(file.isOpen()).isTrue();
    assertThat(counts.byReason()).containsEntry("infected-known", 1L).containsEntry("infected", 0L);
    assertThat(handedOn).isEmpty();
  }

  @Test
  void hasAnotherVersionOfAnInfectedFileScanned() throws Exception {
    EventFile file = file("content");
    infected.add(version(file), "Eicar", infected.generation());
    Files.writeString(directory.resolve("f0-"), "other content");
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);

    assertThat(handedOn.take().answered()).isEmpty();
    assertThat(denied).isEmpty();
  }

  @Test
  void deniesNothingIfNobodyWaits() throws Exception {
    EventFile file = file("content");
    infected.add(version(file), "Eicar", infected.generation());
    start(Role.FIRST, handedOn::add);

    kernel.raise(FanotifyMask.FAN_OPEN, file.fd(), STRANGER);

    assertThat(handedOn.take().answered()).isEmpty();
    assertThat(denied).isEmpty();
  }

  @Test
  void stopsWhenItIsTold() throws Exception {
    ActorRef<FanotifyReader.Command> first = start(Role.FIRST, handedOn::add);
    ActorRef<FanotifyReader.Command> standby = start(Role.STANDBY, handedOn::add);
    TestProbe<Object> probe = testKit.createTestProbe();

    stop.signal();

    probe.expectTerminated(first);
    probe.expectTerminated(standby);
  }

  @Test
  void readsInPlaceOfTheFirstOneThatIsStuck() throws Exception {
    EventFile file = file("content");
    watch.begin(nanos.get());
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    start(Role.STANDBY, handedOn::add);

    kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    PermissionRequest request = handedOn.poll(10, TimeUnit.SECONDS);

    assertThat(request).isNotNull();
  }

  @Test
  void readsNothingInPlaceOfTheFirstOneThatIsWell() throws Exception {
    EventFile file = file("content");
    kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    ActorRef<FanotifyReader.Command> standby = start(Role.STANDBY, handedOn::add);
    TestProbe<Object> probe = testKit.createTestProbe();

    stop.signal();
    probe.expectTerminated(standby);

    assertThat(handedOn).isEmpty();
    assertThat(kernel.group().read(new NativeBuffer(100))).isPositive();
  }

  private ActorRef<FanotifyReader.Command> start(Role role, Predicate<PermissionRequest> handOn) {
    return start(role, handOn, later::add);
  }

  private ActorRef<FanotifyReader.Command> start(
      Role role, Predicate<PermissionRequest> handOn, Predicate<PermissionRequest> scanLater) {
    TriageRules rules =
        new TriageRules(
            SELF,
            new Scanners(),
            new Exemptions(Set.of()),
            new PathRules(List.of(new PathRules.Include(directory.toString(), List.of()))),
            OwnMounts.of(),
            MAX_SIZE);
    FanotifyReader.Setup setup =
        new FanotifyReader.Setup(
            kernel.group(),
            stop,
            rules,
            kernel.context(DENY_ALL, counts),
            handOn,
            scanLater,
            infected,
            denied::add,
            (path, length) -> {},
            deadMan,
            DEADLINE,
            nanos::get);
    return testKit.spawn(
        FanotifyReader.create(setup, role, watch),
        DispatcherSelector.fromConfig("nacre.pinned-dispatcher"));
  }

  private static FileVersion version(EventFile file) throws IOException {
    return FileVersion.of(new Statx().read(file.fd()));
  }

  private EventFile file(String content) throws IOException {
    Path path = directory.resolve("f" + opened.size() + "-");
    EventFile file = EventFile.open(Files.writeString(path, content));
    opened.add(file);
    return file;
  }
}
