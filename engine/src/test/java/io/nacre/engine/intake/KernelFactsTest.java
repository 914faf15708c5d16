package io.nacre.engine.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.NoCache;
import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.policy.TestPolicy;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Statx;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelFactsTest {
  private static final int PID = ProcFs.self();
  private static final int NOT_OPEN = Integer.MAX_VALUE;

  @TempDir Path directory;

  private final List<EventFile> opened = new ArrayList<>();
  private Path file;
  private KernelFacts facts;

  @BeforeEach
  void create() throws IOException {
    file = Files.writeString(directory.resolve("f"), "content").toRealPath();
    long mount =
        new Statx().readPath(NativeBuffer.cString(file.toString().getBytes(UTF_8))).mountId();
    facts = new KernelFacts(OwnMounts.of(mount), NoCache.create());
  }

  @AfterEach
  void close() {
    opened.forEach(EventFile::close);
  }

  @Test
  void tellARegularFile() throws IOException {
    facts.of(PID, open(file));

    assertThat(facts.pid()).isEqualTo(PID);
    assertThat(facts.isRegular()).isTrue();
    assertThat(facts.size()).isEqualTo(7);
    assertThat(facts.hasReliablePath()).isTrue();
    assertThat(path()).isEqualTo(file.toString());
  }

  @Test
  void tellADirectory() throws IOException {
    facts.of(PID, open(directory));

    assertThat(facts.isRegular()).isFalse();
  }

  @Test
  void tellADevice() throws IOException {
    facts.of(PID, open(Path.of("/dev/null")));

    assertThat(facts.isRegular()).isFalse();
  }

  @Test
  void tellOneVersionOfAFileFromAnother() throws IOException {
    int fd = open(file);
    FileFacts before = facts.of(PID, fd).file();
    FileFacts again = facts.of(PID, fd).file();

    Files.writeString(file, "other content");

    assertThat(before).isEqualTo(again).isNotEqualTo(FileFacts.UNKNOWN);
    assertThat(facts.of(PID, fd).file()).isNotEqualTo(before).isNotEqualTo(FileFacts.UNKNOWN);
    assertThat(facts.of(PID, NOT_OPEN).file()).isEqualTo(FileFacts.UNKNOWN);
  }

  @Test
  void doNotRelyOnThePathOfAFileWithTwoNames() throws IOException {
    Files.createLink(directory.resolve("other"), file);

    facts.of(PID, open(file));

    assertThat(facts.hasReliablePath()).isFalse();
  }

  @Test
  void doNotRelyOnThePathOfADeletedFile() throws IOException {
    int fd = open(file);
    Files.delete(file);

    facts.of(PID, fd);

    assertThat(facts.hasReliablePath()).isFalse();
  }

  @Test
  void doNotRelyOnThePathThroughAForeignMount() throws IOException {
    KernelFacts abroad = new KernelFacts(OwnMounts.of(), NoCache.create());

    abroad.of(PID, open(file));

    assertThat(abroad.hasReliablePath()).isFalse();
    assertThat(abroad.isRegular()).isTrue();
  }

  @Test
  void followAFileThatWasRenamed() throws IOException {
    int fd = open(file);
    Path renamed = Files.move(file, file.resolveSibling("renamed"));

    facts.of(PID, fd);

    assertThat(path()).isEqualTo(renamed.toString());
  }

  @Test
  void tellThePathInBytes() throws IOException {
    String name = "caf\u00e9 \u20ac";
    Path utf8 = Files.writeString(file.resolveSibling(name), "x");

    facts.of(PID, open(utf8));

    assertThat(path()).endsWith("/" + name);
  }

  @Test
  void nameTheUserAndTheProgram() throws IOException {
    facts.of(PID, open(file));

    assertThat(facts.user()).hasValue(ProcFs.effectiveUserOfSelf());
    assertThat(program()).isEqualTo(new ProcFs().program(PID).orElseThrow());
    assertThat(facts.parent()).hasValue((int) ProcessHandle.current().parent().orElseThrow().pid());
    assertThat(facts.isInOurPidNamespace()).isTrue();
  }

  @Test
  void nameNoUserOutsideOurProcessNamespace() throws IOException {
    facts.of(0, open(file));

    assertThat(facts.user()).isEmpty();
    assertThat(facts.program(new byte[4096])).isNegative();
    assertThat(facts.parent()).isEmpty();
    assertThat(facts.isInOurPidNamespace()).isFalse();
  }

  @Test
  void nameNoUserOfAProcessThatIsGone() throws IOException {
    facts.of(Integer.MAX_VALUE, open(file));

    assertThat(facts.user()).isEmpty();
    assertThat(facts.program(new byte[4096])).isNegative();
    assertThat(facts.parent()).isEmpty();
    assertThat(facts.isInOurPidNamespace()).isFalse();
  }

  @Test
  void forgetTheUserOfAnEarlierEvent() throws IOException {
    int fd = open(file);
    facts.of(PID, fd);
    facts.user();

    facts.of(0, fd);

    assertThat(facts.user()).isEmpty();
  }

  @Test
  void exemptNothingThatCannotBeLookedAt() {
    facts.of(PID, NOT_OPEN);

    assertThat(facts.isRegular()).isTrue();
    assertThat(facts.size()).isNotZero();
    assertThat(facts.hasReliablePath()).isFalse();
    assertThat(facts.path(new byte[4096])).isEqualTo(-1);
  }

  @Test
  void haveAFileScannedThatCannotBeLookedAt() {
    TriageState state =
        new TriageState(
            1, new ScannerProcesses(), OwnMounts.of(), NoCache.create(), new InfectedFiles(1));

    Decision decision = new Triage(state).decide(TestPolicy.of(1_000), facts.of(PID, NOT_OPEN));

    assertThat(decision).isEqualTo(Decision.SCAN);
  }

  private int open(Path path) throws IOException {
    EventFile event = EventFile.open(path);
    opened.add(event);
    return event.fd();
  }

  private String program() {
    byte[] program = new byte[4096];
    int length = facts.program(program);
    return new String(Arrays.copyOf(program, length), UTF_8);
  }

  private String path() {
    byte[] path = new byte[4096];
    int length = facts.path(path);
    return new String(Arrays.copyOf(path, length), UTF_8);
  }
}
