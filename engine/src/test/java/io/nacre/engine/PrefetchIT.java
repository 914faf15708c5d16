package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.context.ExitCode;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.FileLocks;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A process that reads one file after the other, on the real kernel with the real clamd. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PrefetchIT {
  /** Enough for its order to be known, and for a few prefetched files. */
  private static final int FEW = 4;

  /** Files that the engine is ahead of a reader that opened a few. */
  private static final int LEAST_AHEAD = 4;

  /** Opens files, as they are listed or by name: a few, and the others on request. */
  private static final String READER =
      """
      import os, re, sys, time
      directory, few, go, order = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
      names = [name for name in os.listdir(directory) if re.fullmatch("file[0-9]+", name)]
      if order == "named":
          names.sort()
      denied = 0
      for number, name in enumerate(names):
          while number == few and not os.path.exists(go):
              time.sleep(0.01)
          try:
              os.close(os.open(os.path.join(directory, name), os.O_RDONLY))
          except PermissionError:
              denied += 1
          time.sleep(0.01) # it does something with each, as compilers do
      sys.exit(denied)
      """;

  private static final String LEASE =
      """
      import fcntl, os, signal, sys, time
      signal.signal(signal.SIGIO, signal.SIG_IGN)
      for name in sys.argv[2:]:
          file = os.open(name, os.O_RDWR)
          while True:
              try:
                  fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
                  break
              except BlockingIOError: # the engine still has it open
                  time.sleep(0.01)
      open(sys.argv[1], "w").close()
      time.sleep(60)
      """;

  @RegisterExtension private final PrivateMount mount = PrivateMount.of("ext4");

  private Path go;

  @BeforeEach
  void prepare() throws IOException {
    mount.directory("tree");
    go = mount.outside().resolve("go");
  }

  @Test
  void theNextFilesAreKnownBeforeTheyAreOpened() throws IOException {
    files(40);

    try (EngineProcess engine = start()) {
      Opener reader = reader("listed");
      engine.awaitStatus("prefetched files", status -> ahead(status, "scanned") >= LEAST_AHEAD);
      assertThat(reason(engine.status(), "clean"))
          .isLessThanOrEqualTo(FEW); // the others were never opened

      Files.createFile(go);

      assertThat(reader.await().succeeded()).isTrue();
      engine.awaitStatus("uses", status -> ahead(status, "used") >= 20);
      engine.awaitStatus("answers", status -> status.getLong("answers.total") >= 40);
      assertThat(ahead(engine.status(), "window")).isGreaterThan(LEAST_AHEAD);
      assertThat(engine.stop()).isZero();
    }
  }

  @Test
  void whatIsInfectedIsFoundBeforeItIsOpened() throws IOException {
    files(FEW);
    for (int i = 0; i < 12; i++) {
      mount.eicar("tree/file" + (100 + i));
    }

    try (EngineProcess engine = start()) {
      Opener reader = reader("listed");
      engine.awaitStatus("prefetched files", status -> ahead(status, "scanned") >= LEAST_AHEAD);
      await().until(() -> engine.log().contains("(prefetched)"));
      Files.createFile(go);

      assertThat(reader.await().exitCode()).isEqualTo(12);
    }
  }

  @Test
  void nothingIsOpenedThatIsNotProtected() throws IOException {
    files(20);
    Path outside = mount.eicar("outside/infected");
    Path tree = mount.root().resolve("tree");
    for (int i = 10; i < 20; i++) {
      Path mounted = Files.createFile(tree.resolve("file" + i + "-mounted"));
      Opener.sh("mount --bind " + outside + " " + mounted);
      Opener.sh("mkfifo " + tree.resolve("file" + i + "-fifo"));
      Files.createSymbolicLink(tree.resolve("file" + i + "-link"), outside);
      mount.eicar("tree/file" + i + ".skipped");
      Opener.sh("truncate -s 2M " + tree.resolve("file" + i + "-big"));
    }

    try (EngineProcess engine = start("max-file-size = 1 MiB", "cross-mounts = false")) {
      Opener reader = reader("named");
      engine.awaitStatus("prefetched files", status -> ahead(status, "scanned") >= 1);
      Files.createFile(go);

      assertThat(reader.await().succeeded()).isTrue();
      engine.awaitStatus("answers", status -> status.getLong("answers.total") >= 20);
      assertThat(ahead(engine.status(), "scanned")).isLessThan(20);
      assertThat(ahead(engine.status(), "infected")).isZero();
      assertThat(engine.log()).doesNotContain("prefetched");
      assertThat(engine.stop()).isZero();
    } finally {
      for (int i = 10; i < 20; i++) {
        Opener.sh("umount " + tree.resolve("file" + i + "-mounted"));
      }
    }
  }

  @Test
  void noOpenerWaitsForALease() throws IOException {
    List<Path> files = files(30);
    Path ready = mount.outside().resolve("ready");

    try (EngineProcess engine = start()) {
      List<String> leases = new ArrayList<>(List.of("python3", "-c", LEASE, ready.toString()));
      listed(files).stream().skip(FEW + 2).limit(3).map(Path::toString).forEach(leases::add);
      Opener holder = Opener.command(leases);
      try {
        await().until(() -> Files.exists(ready));
        long before = ahead(engine.status(), "scanned");
        Opener reader = reader("listed");

        engine.awaitStatus(
            "prefetched files", status -> ahead(status, "scanned") >= before + LEAST_AHEAD);

        assertThat(files).noneMatch(FileLocks::isBeingBroken);
        reader.kill();
      } finally {
        holder.kill();
      }
      assertThat(engine.stop()).isZero();
    }
  }

  @Test
  void offMeansOff() throws IOException {
    files(20);

    try (EngineProcess engine = start("prefetch = off")) {
      Files.createFile(go);
      assertThat(reader("listed").await().succeeded()).isTrue();

      engine.awaitStatus("answers", status -> reason(status, "clean") == 20);
      assertThat(ahead(engine.status(), "scanned")).isZero();
    }
  }

  @Test
  void anOnDemandScanScansProtectedFilesOnce() throws IOException {
    files(20);
    mount.clean("tree/below/one");
    mount.eicar("tree/below/two.skipped");

    try (EngineProcess engine = start()) {
      Opener.Outcome first = scanOnDemand(engine);
      Opener.Outcome second = scanOnDemand(engine);
      assertThat(first.succeeded()).as(first.output()).isTrue();
      assertThat(first.output()).contains("scanned 21, cached clean 0, infected 0");
      assertThat(second.output()).contains("scanned 0, cached clean 21, infected 0");

      Files.createFile(go);
      assertThat(reader("listed").await().succeeded()).isTrue();
      engine.awaitStatus("answers", status -> reason(status, "cached-clean") == 20);
      assertThat(reason(engine.status(), "clean")).isZero();

      PrivateMount.writeEicar(mount.root().resolve("tree/below/three"));
      Opener.Outcome third = scanOnDemand(engine);
      assertThat(third.exitCode()).isEqualTo(ExitCode.FOUND);
      assertThat(third.output()).contains("tree/below/three: Eicar-Test-Signature");
    }
  }

  private static Opener.Outcome scanOnDemand(EngineProcess engine) {
    return EngineProcess.nacre("scan", "--protected", "--socket", engine.control().toString());
  }

  private EngineProcess start(String... block) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "protect = [{ path = \""
                    + mount.root().resolve("tree")
                    + "\", exclude = [\"*.skipped\"] }]",
                "clamd.endpoints = [embedded]",
                "triggers = [open]",
                "deadline = 20 s"));
    all.addAll(List.of(block));
    return EngineProcess.start(mount, all.toArray(String[]::new));
  }

  private List<Path> files(int count) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(mount.clean("tree/file" + i));
    }
    return files;
  }

  /** Returns {@code files} as their directory lists them. */
  private static List<Path> listed(List<Path> files) throws IOException {
    try (Stream<Path> list = Files.list(files.get(0).getParent())) {
      return list.filter(files::contains).toList();
    }
  }

  private Opener reader(String order) {
    return Opener.command(
        "python3",
        "-c",
        READER,
        mount.root().resolve("tree").toString(),
        String.valueOf(FEW),
        go.toString(),
        order);
  }

  private static long ahead(JsonObject status, String count) {
    return status.getLong("prefetch." + count);
  }

  private static long reason(JsonObject status, String reason) {
    return status.getLong("answers.by-reason." + reason);
  }
}
