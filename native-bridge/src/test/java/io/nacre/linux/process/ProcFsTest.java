package io.nacre.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.nacre.linux.fixture.ChildProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcFsTest {
  private final ProcFs procFs = new ProcFs();

  @Test
  void knowsOurOwnProcess() {
    assertThat(ProcFs.self()).isEqualTo((int) ProcessHandle.current().pid());
  }

  @Test
  void knowsOurEffectiveUser() {
    assertThat(procFs.effectiveUser(ProcFs.self())).hasValue(ProcFs.effectiveUserOfSelf());
  }

  @Test
  void knowsTheProgramWeRun() {
    assertThat(procFs.program(ProcFs.self())).isEqualTo(ProcessHandle.current().info().command());
  }

  @Test
  void copiesTheProgramWeRun() {
    String program = ProcessHandle.current().info().command().orElseThrow();
    byte[] copy = new byte[4096];

    int length = procFs.program(ProcFs.self(), copy);

    assertThat(new String(copy, 0, length, StandardCharsets.UTF_8)).isEqualTo(program);
  }

  @Test
  void knowsTheProgramThatWasRemovedAfterItsStart(@TempDir Path directory) throws Exception {
    Path program = Files.copy(Path.of("/bin/sleep"), directory.resolve("sleep")).toRealPath();

    try (ChildProcess child = ChildProcess.start(program.toString(), "60")) {
      await().until(() -> procFs.program(child.pid()).equals(Optional.of(program.toString())));
      Files.delete(program);

      assertThat(procFs.program(child.pid())).hasValue(program.toString());
    }
  }

  @Test
  void knowsTheProcessOfAThread() throws Exception {
    List<Integer> threads;
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      threads = tasks.map(task -> Integer.valueOf(task.getFileName().toString())).toList();
    }

    assertThat(threads)
        .hasSizeGreaterThan(1)
        .contains(ProcFs.self())
        .allMatch(thread -> procFs.processOf(thread).orElse(ProcFs.self()) == ProcFs.self());
    assertThat(procFs.processOf(0)).isEmpty();
  }

  @Test
  void tellsProcessesApartByTheirStart() throws Exception {
    try (ChildProcess child = ChildProcess.start("sleep", "60")) {
      assertThat(procFs.startedAt(child.pid()))
          .isEqualTo(procFs.startedAt(child.pid()))
          .isGreaterThan(procFs.startedAt(ProcFs.self()));
    }
    assertThat(procFs.startedAt(0)).isZero();
  }

  @Test
  void knowsTheParentOfAProcess() throws Exception {
    try (ChildProcess child = ChildProcess.start("sleep", "60")) {
      assertThat(procFs.parent(child.pid())).hasValue(ProcFs.self());
    }
  }

  @Test
  void tellsOurProcessesFromThoseOfAContainer() throws Exception {
    assumeThat(ProcFs.effectiveUserOfSelf()).as("needs root, to make a namespace").isZero();

    try (ChildProcess child = ChildProcess.start("unshare", "--pid", "--fork", "sleep", "60")) {
      await()
          .until(
              () -> ProcessHandle.of(child.pid()).orElseThrow().children().findAny().isPresent());
      int inside =
          (int)
              ProcessHandle.of(child.pid()).orElseThrow().children().findAny().orElseThrow().pid();

      assertThat(procFs.isInOurPidNamespace(child.pid())).isTrue();
      assertThat(procFs.isInOurPidNamespace(inside)).isFalse();
      ProcessHandle.of(inside).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void knowsTheNameOfAnotherProcess() throws Exception {
    try (ChildProcess child = ChildProcess.start("sleep", "60")) {
      await().until(() -> procFs.name(child.pid()).equals(Optional.of("sleep")));
    }
  }

  @Test
  void cutsALongNameAsTheKernelDoes(@TempDir Path directory) throws Exception {
    Path program = directory.resolve("a-name-of-more-than-15-bytes");
    Files.createSymbolicLink(program, Path.of("/bin/sleep"));

    try (ChildProcess child = ChildProcess.start(program.toString(), "60")) {
      await().until(() -> procFs.name(child.pid()).equals(Optional.of("a-name-of-more-")));
    } finally {
      Files.delete(program);
    }
  }

  /** Runs as {@code nobody} for the effective user only, which is what counts for permissions. */
  @Test
  void takesTheEffectiveUserNotTheRealOne() throws Exception {
    assumeThat(ProcFs.effectiveUserOfSelf()).as("needs root, to become another user").isZero();
    assumeThat(Path.of("/usr/bin/setpriv")).as("needs setpriv").isExecutable();

    try (ChildProcess child =
        ChildProcess.start("setpriv", "--euid=65534", "--clear-groups", "sleep", "60")) {
      await().until(() -> procFs.effectiveUser(child.pid()).equals(OptionalInt.of(65534)));
    }
  }

  /** Any process can make itself so; then what is in its directory belongs to root. */
  @Test
  void takesTheEffectiveUserOfAProcessThatIsNotDumpable() throws Exception {
    assumeThat(ProcFs.effectiveUserOfSelf()).as("needs root, to become another user").isZero();
    String program =
        "import ctypes, os, time; os.setresuid(1000, 65534, 1000);"
            + "ctypes.CDLL(None).prctl(4, 0, 0, 0, 0); time.sleep(60)";

    try (ChildProcess child = ChildProcess.start("python3", "-c", program)) {
      Path inside = Path.of("/proc", String.valueOf(child.pid()), "fd");
      await().until(() -> procFs.effectiveUser(child.pid()).equals(OptionalInt.of(65534)));
      await().until(() -> Files.getAttribute(inside, "unix:uid").equals(0));

      assertThat(procFs.effectiveUser(child.pid())).hasValue(65534);
    }
  }

  @Test
  void knowsNothingOfAProcessThatIsGone() throws Exception {
    try (ChildProcess child = ChildProcess.start("true")) {
      assertThat(child.exitCode()).isZero();

      assertThat(procFs.effectiveUser(child.pid())).isEmpty();
      assertThat(procFs.program(child.pid())).isEmpty();
      assertThat(procFs.name(child.pid())).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void knowsNothingOfAProcessThatCannotBe(int pid) {
    assertThat(procFs.effectiveUser(pid)).isEmpty();
    assertThat(procFs.program(pid)).isEmpty();
    assertThat(procFs.name(pid)).isEmpty();
    assertThat(procFs.program(pid, new byte[4096])).isNegative();
    assertThat(procFs.parent(pid)).isEmpty();
    assertThat(procFs.isInOurPidNamespace(pid)).isFalse();
  }

  @Test
  void saysHowLongTheFirstThreadOfAProcessHasRun() throws Exception {
    try (ChildProcess busy = ChildProcess.start("sh", "-c", "while :; do :; done");
        ChildProcess idle = ChildProcess.start("sleep", "60")) {
      await().until(() -> procFs.mainThreadTime(busy.pid()).toMillis() > 100);

      assertThat(procFs.mainThreadTime(idle.pid())).isLessThan(Duration.ofMillis(100));
      assertThat(procFs.mainThreadTime(Integer.MAX_VALUE)).isZero();
    }
  }

  @Test
  void forgetsTheProcessBefore() {
    procFs.effectiveUser(ProcFs.self());

    assertThat(procFs.effectiveUser(Integer.MAX_VALUE)).isEmpty();
    assertThat(procFs.effectiveUser(ProcFs.self())).isPresent();
  }
}
