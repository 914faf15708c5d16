package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.RealClamd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nacre in the place of clamonacc: by its options, its clamd.conf, and what it says. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClamonaccIT {
  private static final String UNPRIVILEGED = "nobody";
  private static final Duration BOUND = Duration.ofSeconds(20);

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private RealClamd clamd;
  private Path conf;
  private Path log;
  private Path pid;

  @BeforeEach
  void build() throws IOException {
    mount.directory("tree");
    clamd = RealClamd.local(mount.outside().resolve("clamd"));
    conf = mount.outside().resolve("on-access.conf");
    log = mount.outside().resolve("log");
    pid = mount.outside().resolve("pid");
    configure("OnAccessIncludePath " + mount.root().resolve("tree"), "OnAccessExtraScanning yes");
  }

  @AfterEach
  void remove() throws IOException {
    if (Files.exists(pid)) {
      stop();
    }
    clamd.close();
  }

  @Test
  void deniesAndSaysSoInTheWordsThatLogWatchersKnow() throws IOException {
    Path eicar = mount.eicar("tree/eicar");
    Path clean = mount.clean("tree/clean");

    Opener.Outcome started = startInBackground();

    assertThat(started.exitCode()).as(started.output()).isZero();
    assertThat(Opener.start(eicar).await().wasDenied()).isTrue();
    assertThat(Opener.start(clean).await().succeeded()).isTrue();
    awaitLine(eicar + ": Eicar-Test-Signature.UNOFFICIAL FOUND");
    stop();
    assertThat(Files.readAllLines(log))
        .contains(
            "ClamInotif: watching '" + mount.root().resolve("tree") + "' (and all sub-directories)")
        .endsWith("Clamonacc: stopped")
        .noneMatch(line -> line.contains(clean.toString()));
  }

  @Test
  void movesWhatIsInfectedAndGoesOnInANewLog() throws IOException {
    Path eicar = mount.eicar("tree/eicar");
    Path quarantine = mount.outside().resolve("quarantine");
    assertThat(startInBackground("--move=" + quarantine).exitCode()).isZero();

    assertThat(Opener.start(eicar).await().wasDenied()).isTrue();
    awaitLine(eicar + ": moved to '" + quarantine + "/");
    assertThat(eicar).doesNotExist();

    Files.move(log, mount.outside().resolve("log.1"));
    EngineProcess.signal(process(), "HUP");
    await().atMost(BOUND).until(() -> Files.exists(log));
    Path late = mount.root().resolve("tree/late");
    PrivateMount.writeEicar(late);
    awaitLine(late + ": Eicar-Test-Signature.UNOFFICIAL FOUND");
    awaitLine(late + ": moved to '" + quarantine + "/");
  }

  @Test
  void takesListsOfDirectories() throws IOException {
    Path listed = mount.eicar("listed/below/eicar");
    Path left = mount.eicar("tree/left/below/eicar");
    Path watch =
        Files.writeString(
            mount.outside().resolve("watch"), "\r\n" + mount.root().resolve("listed"));
    Path exclude =
        Files.writeString(
            mount.outside().resolve("exclude"), mount.root().resolve("tree/left") + "\r\n");

    assertThat(startInBackground("--include-list=" + watch, "-e", exclude.toString()).exitCode())
        .isZero();

    assertThat(Opener.start(listed).await().wasDenied()).isTrue();
    assertThat(Opener.start(left).await().succeeded()).isTrue();
  }

  @Test
  void saysWhatIsWrongAndWhere() throws IOException {
    Path watch = Files.writeString(mount.outside().resolve("watch"), "/\nsomewhere\n");
    configure("OnAccessIncludePath " + mount.root().resolve("missing"), "OnAccessMaxThreads 0");

    Opener.Outcome refused = clamonacc("-W", watch.toString());

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.output())
        .contains(conf + ":4: OnAccessIncludePath: ", "missing does not exist")
        .contains(conf + ":5: OnAccessMaxThreads: ")
        .contains(watch + ":2: somewhere is no absolute path")
        .doesNotContain("\tat ");
  }

  @Test
  void endsWithTheCodesOfClamonacc() throws IOException {
    Path link = Files.createSymbolicLink(mount.outside().resolve("link"), log);

    assertThat(clamonacc("--help").exitCode()).isZero();
    assertThat(clamonacc("--version").output()).startsWith("ClamAV ");
    assertThat(clamonacc("--ping=2").exitCode()).isZero();
    assertThat(clamonacc("-F", "--log=" + link).exitCode()).isEqualTo(3);
    assertThat(clamonacc("--no-such-option").exitCode()).isEqualTo(2);
    assertThat(clamonacc("--ping=x").exitCode()).isEqualTo(2);
    clamd.signal("STOP");
    assertThat(clamonacc("--ping=1").exitCode()).isEqualTo(21);
    clamd.close();
    assertThat(clamonacc("--ping=2:0").exitCode()).isEqualTo(21);
    assertThat(clamonacc("--wait", "--ping=2:0").exitCode()).isEqualTo(21);
    assertThat(log).doesNotExist();
  }

  @Test
  void saysTheSameOfEachOpenAsClamonacc() throws IOException {
    Path tree = mount.root().resolve("tree");
    configure(
        "OnAccessIncludePath " + tree,
        "OnAccessExcludePath ^" + tree + "/left$", // for both: an exact path means nothing to 1.5
        "OnAccessExcludeUname " + UNPRIVILEGED,
        "OnAccessMaxFileSize 1M");
    mount.eicar("tree/eicar");
    mount.eicar("tree/a/b/c/d/eicar");
    mount.clean("tree/clean");
    mount.clean("tree/a/b/clean");
    Files.createFile(tree.resolve("empty"));
    Files.write(tree.resolve("big"), new byte[2 << 20]);
    mount.eicar("outside/eicar");

    Map<String, Boolean> ours = outcomes(EngineProcess.LAUNCHER.toString(), "clamonacc", socket());
    Map<String, Boolean> theirs = outcomes("clamonacc");

    assertThat(ours).isEqualTo(theirs).containsValues(true, false);
  }

  @Test
  void deniesAllTestFilesOfClamAV() throws IOException {
    List<Path> files;
    try (var all = Files.list(Path.of("/usr/share/clamav-testfiles"))) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      Files.copy(file, mount.root().resolve("tree").resolve(file.getFileName()));
    }
    clamd.close();
    clamd = RealClamd.in(mount.outside().resolve("testfiles"));
    Files.writeString(
        clamd.signatures().resolve("testfile.hdb"),
        "aa15bcf478d165efd2065190eb473bcb:544:ClamAV-Test-File\n");
    clamd.start();
    configure("OnAccessIncludePath " + mount.root().resolve("tree"), "OnAccessMaxFileSize 0");
    assertThat(startInBackground().exitCode()).isZero();

    List<Path> opened = new ArrayList<>();
    for (Path file : files) {
      if (!Opener.start(mount.root().resolve("tree").resolve(file.getFileName()))
          .await()
          .wasDenied()) {
        opened.add(file);
      }
    }

    assertThat(files).hasSizeGreaterThan(30);
    assertThat(opened).isEmpty();
  }

  /** Runs it in the foreground over a script of opens; true for those that were denied. */
  private Map<String, Boolean> outcomes(String... program) throws IOException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of("-F", "--fdpass", "-c", conf.toString()));
    Path tree = mount.root().resolve("tree");
    Opener running = Opener.command(command);
    try {
      await()
          .atMost(BOUND)
          .until(() -> Opener.start(tree.resolve("a/b/c/d/eicar")).await().wasDenied());
      Map<String, Boolean> denied = new LinkedHashMap<>();
      List<String> files =
          List.of(
              "eicar", "a/b/c/d/eicar", "clean", "a/b/clean", "empty", "big", "../outside/eicar");
      for (String file : files) {
        denied.put(file, as("root", tree.resolve(file).normalize()).wasDenied());
        denied.put(
            UNPRIVILEGED + ": " + file,
            as(UNPRIVILEGED, tree.resolve(file).normalize()).wasDenied());
      }
      return denied;
    } finally {
      running.kill();
    }
  }

  /** Reads one byte: a pipe would not take all of a big file. */
  private static Opener.Outcome as(String user, Path file) {
    return Opener.command(
            "setpriv", "--reuid=" + user, "--clear-groups", "head", "-c1", file.toString())
        .await();
  }

  private void configure(String... lines) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "LocalSocket " + clamd.address().substring("unix:".length()),
                "OnAccessPrevention yes",
                "OnAccessExcludeUname clamav"));
    all.addAll(List.of(lines));
    Files.write(conf, all);
  }

  private Opener.Outcome startInBackground(String... options) {
    List<String> all =
        new ArrayList<>(List.of("--log=" + log, "--pid-file=" + pid, "--wait", socket()));
    all.addAll(List.of(options));
    return clamonacc(all.toArray(String[]::new));
  }

  private Opener.Outcome clamonacc(String... options) {
    List<String> command = new ArrayList<>(List.of("clamonacc", "-c", conf.toString()));
    command.addAll(List.of(options));
    return EngineProcess.nacre(command.toArray(String[]::new));
  }

  private String socket() {
    return "--socket=" + mount.outside().resolve("control.sock");
  }

  private void awaitLine(String beginning) {
    await()
        .atMost(BOUND)
        .until(
            () ->
                Files.exists(log)
                    && Files.readAllLines(log).stream()
                        .anyMatch(line -> line.startsWith(beginning)));
  }

  private ProcessHandle process() throws IOException {
    return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
  }

  private void stop() throws IOException {
    ProcessHandle process = process();
    process.destroy();
    await().atMost(BOUND).until(() -> !process.isAlive());
  }
}
