package io.nacre.engine.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.PathRules.Include;
import io.nacre.engine.policy.ProgramSet;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel.SentResponse;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.InlineReason;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events outside of the protected paths, and those of exempt programs. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FanotifyReaderExemptionsTest {
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
  void offersThePathOfAnOpenOutsideAfterItsAnswer() throws Exception {
    EventFile file = reader.file("content");
    protect("/nowhere");

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);

    assertThat(reader.outside.take()).isEqualTo(directory + "/f0-");
    await().until(() -> !file.isOpen());
    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(file.fd(), Response.ALLOW));
    assertThat(reader.counts.count(InlineReason.OUTSIDE)).isEqualTo(1);
    assertThat(reader.handedOn).isEmpty();
  }

  @Test
  void offersThePathOfAnExcludedFileAfterItsAnswer() throws Exception {
    EventFile file = reader.file("content");
    protect(directory.toString(), directory + "/f0-");

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);

    assertThat(reader.outside.take()).isEqualTo(directory + "/f0-");
    await().until(() -> !file.isOpen());
    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(file.fd(), Response.ALLOW));
    assertThat(reader.counts.count(InlineReason.EXCLUDED)).isEqualTo(1);
  }

  @Test
  void tellsOfAFileThatWasWrittenOutside() throws Exception {
    EventFile file = reader.file("content");
    protect("/nowhere");

    reader.kernel.raise(FanotifyMask.FAN_CLOSE_WRITE, file.fd(), STRANGER);

    assertThat(reader.outside.take()).isEqualTo(directory + "/f0-");
    await().until(() -> !file.isOpen());
    assertThat(reader.counts.background().skipped()).isEqualTo(1);
    assertThat(reader.kernel.responses()).isEmpty();
    assertThat(reader.background).isEmpty();
  }

  @Test
  void offersNoPathInside() throws Exception {
    EventFile scanned = reader.file("content");
    EventFile empty = reader.file("");
    EventFile own = reader.file("content");
    EventFile big = reader.file("x".repeat(TestedReader.MAX_SIZE + 1));
    protect(directory.toString());

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, empty.fd(), STRANGER);
    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, own.fd(), ProcFs.self());
    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, big.fd(), STRANGER);
    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, scanned.fd(), STRANGER);
    reader.handedOn.take();

    assertThat(reader.outside).isEmpty();
  }

  @Test
  void doesNotRelyOnThePathOfAFileWithAnotherName() throws Exception {
    EventFile file = reader.file("content");
    Files.createLink(directory.resolve("other"), directory.resolve("f0-"));
    protect("/nowhere");

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), STRANGER);
    PermissionRequest request = reader.handedOn.take();

    assertThat(request.file()).isEqualTo(file.fd());
    assertThat(reader.outside).isEmpty();
  }

  @Test
  void allowsAnExemptProgramAndHasTheFileScannedAfterwards() throws Exception {
    EventFile file = reader.file("content");
    exemptOurProgram(reader.background::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), parent());
    BackgroundScan request = reader.background.take();

    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(file.fd(), Response.ALLOW));
    assertThat(request.trigger()).isEqualTo(ScanTrigger.ALLOWED_UNSCANNED);
    assertThat(request.file()).isEqualTo(file.fd());
    assertThat(request.process().pid()).isEqualTo(parent());
    assertThat(request.isCompleted()).isFalse();
    assertThat(file.isOpen()).isTrue();
    assertThat(reader.counts.count(InlineReason.EXEMPT_PROGRAM)).isEqualTo(1);
    assertThat(reader.counts.total()).isEqualTo(1);
    assertThat(reader.handedOn).isEmpty();
  }

  @Test
  void closesAnAllowedFileIfThereIsNoRoom() throws Exception {
    EventFile file = reader.file("content");
    exemptOurProgram(refused -> false);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), parent());

    await().until(() -> !file.isOpen());
    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(file.fd(), Response.ALLOW));
    assertThat(reader.counts.background().dropped()).isEqualTo(1);
    assertThat(reader.counts.total()).isEqualTo(1);
  }

  @Test
  void skipsAnAllowedFileThatIsTooBig() throws Exception {
    EventFile file = reader.file("x".repeat(TestedReader.MAX_SIZE + 1));
    exemptOurProgram(reader.background::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), parent());

    await().until(() -> !file.isOpen());
    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(file.fd(), Response.ALLOW));
    assertThat(reader.counts.background().skipped()).isEqualTo(1);
    assertThat(reader.background).isEmpty();
  }

  @Test
  void allowsAnExemptProgramToOpenACachedInfectedFile() throws Exception {
    EventFile file = reader.file("content");
    FileVersion version = FileVersion.of(new Statx().read(file.fd()));
    reader.infected.add(version, "Eicar", reader.infected.generation());
    exemptOurProgram(reader.background::add);

    reader.kernel.raise(FanotifyMask.FAN_OPEN_PERM, file.fd(), parent());
    reader.background.take();

    assertThat(reader.kernel.responses())
        .containsExactly(new SentResponse(file.fd(), Response.ALLOW));
    assertThat(reader.denied).isEmpty();
  }

  private void protect(String include, String... excludes) throws IOException {
    PathRules paths = new PathRules(List.of(new Include(include, List.of(excludes))));
    OwnMounts mounts = new OwnMounts();
    mounts.set(new long[] {mount()}, /* reachesOutside= */ true);
    start(reader.rules(paths, mounts, ProgramSet.NONE), reader.background::add);
  }

  /** Exempts what the process runs that started us; it acts as our user. */
  private void exemptOurProgram(BackgroundSink background) throws IOException {
    byte[] program = new byte[4096];
    int length = new ProcFs().program(parent(), program);
    assumeTrue(length > 0 && new ProcFs().effectiveUser(parent()).orElse(-1) == 0, "needs root");
    PathRules paths = new PathRules(List.of(new Include(directory.toString(), List.of())));
    ProgramSet programs = new ProgramSet(List.of(new String(program, 0, length, UTF_8)));
    start(reader.rules(paths, OwnMounts.of(), programs), background);
  }

  private void start(TestedReader.Rules rules, BackgroundSink background) {
    reader.start(rules, reader.handedOn::add, background);
  }

  private static int parent() {
    return (int) ProcessHandle.current().parent().orElseThrow().pid();
  }

  private long mount() throws IOException {
    try (Directory opened = Directory.open(directory.toString().getBytes(UTF_8))) {
      return new Statx().read(opened.fd().number()).mountId();
    }
  }
}
