package io.nacre.engine.detection.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.detection.record.Records;
import io.nacre.engine.detection.sink.HookProcess.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HookTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(500);

  @TempDir Path directory;

  private final List<String> printed = new ArrayList<>();
  private final AtomicLong process = new AtomicLong();

  @Test
  void readsTheRecordAndFindsTheFactsInItsEnvironment() throws IOException {
    HookProcess.Outcome outcome =
        run(
            "cat; env | grep -E 'PATH|GNA|SHA|GRAM|OUT|ACT|HOME'; pwd; echo $#; echo problem >&2",
            "{\"a\":1}",
            LONG);

    assertThat(outcome.kind()).isEqualTo(Kind.ENDED);
    assertThat(printed)
        .contains(
            "{\"a\":1}",
            "NACRE_PATH=/srv/f",
            "NACRE_PATH_BASE64=" + Records.RAW,
            "NACRE_SIGNATURE=Eicar-Test-Signature",
            "NACRE_SHA256=275a",
            "NACRE_PROGRAM=/usr/bin/ca\\x5cx0at", // escaped when it was recorded, and when logged
            "NACRE_OUTCOME=denied",
            "NACRE_ACTION=moved",
            "/",
            "0",
            "problem")
        .noneMatch(line -> line.startsWith("HOME=") || line.startsWith("JAVA_HOME="));
  }

  @Test
  void inheritsNeitherDescriptorsNorBlockedSignals() {
    run("ls /proc/self/fd | tr '\\n' ' '; grep SigBlk /proc/self/status", "", LONG);

    assertThat(printed.get(0))
        .isEqualTo("0 1 2 3 SigBlk:\t0000000000000000".replace("\t", "\\x09"));
  }

  @Test
  void isKilledWithItsChildrenAtItsTimeout() {
    HookProcess.Outcome outcome = run("echo begun; sleep 1000 & sleep 1000", "", SHORT);

    assertThat(outcome.kind()).isEqualTo(Kind.TIMED_OUT);
    assertThat(printed).containsExactly("begun");
    awaitEndOfSession();
  }

  @Test
  void doesNotWaitForItsBackgroundProcesses() {
    HookProcess.Outcome outcome = run("sleep 1000 & echo done", "", LONG);

    assertThat(outcome.kind()).isEqualTo(Kind.ENDED);
    assertThat(printed).containsExactly("done");
    awaitEndOfSession();
  }

  @Test
  void hasTheBeginningOfItsEndlessOutputLogged() {
    HookProcess.Outcome outcome = run("printf '\\033[2J\\n'; yes | head -c 3000000", "", LONG);

    assertThat(outcome.kind()).isEqualTo(Kind.ENDED);
    assertThat(printed)
        .hasSize(21)
        .startsWith("\\x1b[2J", "y")
        .endsWith("(further output is not logged)");
  }

  @Test
  void mayIgnoreItsStandardInput() {
    assertThat(run("exec <&-; true", "x".repeat(60_000), LONG).kind()).isEqualTo(Kind.ENDED);
  }

  @Test
  void mayFail() {
    HookProcess.Outcome outcome = run("exit 3", "", LONG);

    assertThat(outcome).isEqualTo(new HookProcess.Outcome(Kind.FAILED, "it ended with 3"));
  }

  @Test
  void runsForOneAfterTheOtherAndCounts() throws IOException {
    Path seen = directory.resolve("seen");
    Hook hook = hook("echo $NACRE_PATH >> " + seen + "; exit 1", LONG);

    hook.offer(Records.denied("/a", Records.RAW), 1, "{}");
    hook.offer(Records.denied("/b", Records.RAW), 1, "{}");

    await().until(() -> Long.valueOf(2L).equals(hook.counts().get("ran")));
    assertThat(seen).hasContent("/a\n/b\n");
    assertThat(hook.counts()).containsEntry("failed", 2L).containsEntry("timed-out", 0L);
    hook.close();
  }

  @Test
  void countsDetectionsWithoutRoom() throws IOException {
    Path go = directory.resolve("go");
    Hook hook = hook("until [ -e " + go + " ]; do sleep 0.05; done", LONG);

    for (int i = 0; i < 70; i++) {
      hook.offer(Records.denied(), 1, "{}");
    }

    assertThat((Long) hook.counts().get("dropped")).isBetween(5L, 6L);
    hook.close();
    Files.createFile(go);
    await().until(() -> Long.valueOf(1L).equals(hook.counts().get("ran")));
  }

  @Test
  void isNotRunForItsOwnOpens() throws IOException {
    Path pid = directory.resolve("pid");
    Path go = directory.resolve("go");
    Hook hook =
        hook("echo $PPID > " + pid + "; until [ -e " + go + " ]; do sleep 0.05; done", LONG);
    hook.offer(Records.denied("/a", Records.RAW), 1, "{}");
    await().until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
    int session = Integer.parseInt(Files.readString(pid).strip());

    hook.offer(Records.denied("/b", Records.RAW), session, "{}");
    hook.offer(Records.denied("/c", Records.RAW), /* session= */ 1, "{}");

    Files.createFile(go);
    await().until(() -> Long.valueOf(2L).equals(hook.counts().get("ran")));
    assertThat(hook.counts()).containsEntry("own-opens", 1L);
    hook.offer(Records.denied("/d", Records.RAW), session, "{}"); // reported late
    assertThat(hook.counts()).containsEntry("own-opens", 2L);
    hook.close();
  }

  private static Hook hook(String script, Duration limit) {
    return new Hook(List.of("/bin/sh", "-c", script), limit);
  }

  private HookProcess.Outcome run(String script, String input, Duration limit) {
    return HookProcess.run(
        List.of("/bin/sh", "-c", script),
        RecordFields.of(Records.denied()),
        input,
        limit,
        process::set,
        printed::add);
  }

  /** Waits until no process of the session is left. */
  private void awaitEndOfSession() {
    await()
        .until(
            () ->
                ProcessHandle.allProcesses()
                    .noneMatch(other -> sessionOf(other).equals(Optional.of(process.get()))));
  }

  private static Optional<Long> sessionOf(ProcessHandle other) {
    try {
      String stat = Files.readString(Path.of("/proc/" + other.pid() + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      boolean isGone = fields[0].equals("Z");
      return isGone ? Optional.empty() : Optional.of(Long.valueOf(fields[3]));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
