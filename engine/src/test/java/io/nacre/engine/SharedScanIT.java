package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.FakeClamd;
import io.nacre.engine.fixture.clamd.HeldFiles;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Openers of one file on the real kernel, with a clamd that holds their scan. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedScanIT {
  private static final String OK = "OK";
  private static final String FOUND = "Eicar FOUND";
  private static final int OPENERS = 50;
  private static final int NOBODY = 65_534;

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "btrfs"}) // on xfs contents can be exchanged without another time
  void openersOfAFileShareTheScanThatIsUnderWay(String type) throws IOException {
    try (PrivateMount mount = PrivateMount.mount(type);
        Case scans = Case.start(mount)) {
      Opener leader = scans.open();
      scans.awaitScans(1);
      List<Opener> others = scans.open(OPENERS - 1);

      scans.held.answerNext(OK);

      assertThat(leader.await().succeeded()).isTrue();
      assertThat(others).allMatch(opener -> opener.await().succeeded());
      scans.awaitReason("clean", OPENERS);
      assertThat(scans.clamd.files()).isEqualTo(1);
      assertThat(scans.engine.status().getLong("shared")).isEqualTo(OPENERS - 1);
    }
  }

  @Test
  void everyOpenerOfAnInfectedFileIsDeniedAndReported() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("ext4");
        Case scans = Case.start(mount)) {
      Opener leader = scans.open();
      scans.awaitScans(1);
      List<Opener> others = scans.open(9);

      scans.held.answerNext(FOUND);

      assertThat(leader.await().wasDenied()).isTrue();
      assertThat(others).allMatch(opener -> opener.await().wasDenied());
      scans.engine.awaitStatus("the reports", status -> status.getLong("detections") == 10);
      assertThat(scans.clamd.files()).isEqualTo(1);
    }
  }

  @Test
  void anOpenAfterAChangeGetsAScanOfItsOwn() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("ext4");
        Case scans = Case.start(mount)) {
      Opener before = scans.open();
      scans.awaitScans(1);
      scans.write(); // what was scanned so far was another content
      List<Opener> after = scans.open(OPENERS);

      scans.held.answerNext(OK);
      assertThat(before.await().succeeded()).isTrue();
      scans.awaitScans(2);
      scans.held.answerNext(FOUND);

      assertThat(after).allMatch(opener -> opener.await().wasDenied());
      assertThat(scans.clamd.files()).isEqualTo(2);
    }
  }

  @Test
  void anOpenBeforeAChangeDuringTheScanGetsAScanOfItsOwnToo() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("ext4");
        Case scans = Case.start(mount)) {
      Opener leader = scans.open();
      scans.awaitScans(1);
      List<Opener> others = scans.open(3);
      scans.write();

      scans.held.answerNext(OK);
      assertThat(leader.await().succeeded()).isTrue();
      scans.awaitScans(2);
      scans.held.answerNext(FOUND);

      assertThat(others).allMatch(opener -> opener.await().wasDenied());
    }
  }

  @Test
  void noScanIsSharedWhileTheFileIsMappedForWriting() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("ext4");
        Case scans = Case.start(mount)) {
      Opener writer = scans.map();
      Opener leader = scans.open();
      scans.awaitScans(1);
      List<Opener> others = scans.open(3);

      scans.held.answerNext(OK);
      scans.awaitScans(2);
      scans.held.answerNext(OK);

      assertThat(leader.await().succeeded()).isTrue();
      assertThat(others).allMatch(opener -> opener.await().succeeded());
      writer.kill();
    }
  }

  @Test
  void opensThatWaitTogetherShareAScanWhereTimesSayNothing() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("tmpfs");
        Case scans = Case.start(mount, "clamd.connections = 1")) {
      Opener other = Opener.start(mount.root().resolve("tree/other"));
      scans.awaitScans(1);
      List<Opener> waiting = scans.open(OPENERS);

      scans.held.answerNext(OK);
      scans.awaitScans(2);
      scans.held.answerNext(OK);

      assertThat(other.await().succeeded()).isTrue();
      assertThat(waiting).allMatch(opener -> opener.await().succeeded());
      scans.awaitReason("clean", OPENERS + 1);
      assertThat(scans.clamd.files()).isEqualTo(2);
    }
  }

  @Test
  void everyOpenerHasADeadlineOfItsOwn() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("ext4");
        Case scans = Case.start(mount, "deadline = 2 s")) {
      Opener leader = scans.open();
      scans.awaitScans(1);
      scans.awaitReason("deadline", 1);
      List<Opener> others = scans.open(3);

      scans.held.answerNext(OK);

      assertThat(leader.await().succeeded()).isTrue();
      assertThat(others).allMatch(opener -> opener.await().succeeded());
      scans.awaitReason("clean", 3);
      assertThat(scans.clamd.files()).isEqualTo(1);
    }
  }

  /** An engine that protects one file, and the clamd it asks. */
  private static final class Case implements AutoCloseable {
    private final PrivateMount mount;
    private final Path file;
    private final HeldFiles held;
    private final FakeClamd clamd;
    private final EngineProcess engine;

    private Case(
        PrivateMount mount, Path file, HeldFiles held, FakeClamd clamd, EngineProcess engine) {
      this.mount = mount;
      this.file = file;
      this.held = held;
      this.clamd = clamd;
      this.engine = engine;
    }

    /** Starts both; that takes so long that the file was not changed just now. */
    static Case start(PrivateMount mount, String... block) throws IOException {
      Path file = mount.clean("tree/file");
      mount.clean("tree/other");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
      Path socket = mount.outside().resolve("held.sock");
      HeldFiles held = new HeldFiles();
      FakeClamd clamd = new FakeClamd(socket, held);
      List<String> all =
          new ArrayList<>(
              List.of(
                  "protect = [\"" + file.getParent() + "\"]",
                  "clamd.endpoints = [\"unix:" + socket + "\"]",
                  "exempt.uids = [" + NOBODY + "]",
                  "triggers = [open]",
                  "deadline = 1 m"));
      all.addAll(List.of(block));
      return new Case(
          mount, file, held, clamd, EngineProcess.start(mount, all.toArray(String[]::new)));
    }

    Opener open() {
      return Opener.start(file);
    }

    /** Starts openers, and awaits that they wait. */
    List<Opener> open(int count) {
      List<Opener> openers = IntStream.range(0, count).mapToObj(i -> open()).toList();
      engine.awaitStatus(count + " openers", status -> status.getInt("waiting") == count);
      return openers;
    }

    /** Has an exempt process write to the file. */
    void write() {
      Opener.Outcome written = exempt("sh", "-c", "echo more >> " + file).await();
      assertThat(written.succeeded()).as(written.output()).isTrue();
    }

    /** Has a process map the file for writing, close it, and stay. */
    Opener map() throws IOException {
      Path ready = mount.outside().resolve("ready");
      Path script = mount.outside().resolve("map.py");
      Files.writeString(
          script,
          """
          import mmap, time
          with open('%s', 'r+b') as file:
              mapping = mmap.mmap(file.fileno(), 0)
          print('mapped', flush=True)
          time.sleep(60)
          """
              .formatted(file));
      Files.createFile(ready);
      Files.setPosixFilePermissions(ready, PosixFilePermissions.fromString("rw-rw-rw-"));
      Opener writer = exempt("sh", "-c", "exec python3 " + script + " > " + ready);
      await().until(() -> Files.size(ready) > 0);
      return writer;
    }

    private static Opener exempt(String... command) {
      List<String> all =
          new ArrayList<>(
              List.of("setpriv", "--reuid", String.valueOf(NOBODY), "--clear-groups", "--"));
      all.addAll(List.of(command));
      return Opener.command(all);
    }

    void awaitScans(int count) {
      await("scan " + count).atMost(Duration.ofSeconds(30)).until(() -> clamd.files() == count);
    }

    void awaitReason(String reason, long count) {
      engine.awaitStatus(count + " " + reason, status -> reason(status, reason) == count);
    }

    private static long reason(JsonObject status, String reason) {
      return status.getLong("answers.by-reason." + reason);
    }

    @Override
    public void close() throws IOException {
      engine.close();
      clamd.close();
    }
  }
}
