package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.control.ControlClient;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.KernelMarks;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changes of the protected paths while files are opened all the time. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProtectedPathChangesIT {
  private static final Duration RELOAD_BOUND = Duration.ofSeconds(60);

  /** Opens infected files until a file is there; prints how many opens were made and allowed. */
  private static final String PROBER =
      """
      import os, sys
      made = allowed = 0
      while not os.path.exists(sys.argv[1]) or made == 0:
        for path in sys.argv[2:]:
          made += 1
          try:
            os.close(os.open(path, os.O_RDONLY))
            allowed += 1
          except PermissionError:
            pass
      print(made, allowed)
      """;

  /** Opens clean files until a file is there; prints how many opens were refused. */
  private static final String STORM =
      """
      import os, sys
      refused = 0
      while not os.path.exists(sys.argv[1]):
        for path in sys.argv[2:]:
          try:
            os.close(os.open(path, os.O_RDONLY))
          except PermissionError:
            refused += 1
      print(refused)
      """;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private EngineProcess engine;
  private Path kept;
  private Path other;
  private Path end;
  private String protecting = "";

  @BeforeEach
  void start() throws IOException {
    kept = mount.eicar("kept/deep/eicar");
    other = mount.eicar("other/deep/eicar");
    end = mount.outside().resolve("end");
    protecting = protect(path("kept", "ddd"));
    engine =
        EngineProcess.start(
            mount,
            protecting,
            "clamd.endpoints = [embedded]",
            "deadline = 30 s, on-deadline = deny, on-error = deny, on-overload = deny");
  }

  @AfterEach
  void close() throws IOException {
    Files.writeString(end, "");
    engine.close();
  }

  @Test
  void aPathIsAddedAndRemoved() throws IOException {
    assertThat(Opener.open(other).succeeded()).isTrue();

    reload(path("kept", "ddd"), path("other", "ddd"));
    assertThat(Opener.open(other).wasDenied()).isTrue();

    reload(path("kept", "ddd"));
    assertThat(Opener.open(other).succeeded()).isTrue();
    assertThat(Opener.open(kept).wasDenied()).isTrue();
    awaitMarkedDirectories(2);
  }

  @Test
  void anExcludeIsAddedAndRemoved() throws IOException {
    for (String strategy : List.of("ddd", "filesystem")) {
      reload(path("kept", strategy));
      assertThat(Opener.open(kept).wasDenied()).isTrue();

      reload(path("kept", strategy, "deep"));
      for (int i = 0; i < 3; i++) {
        assertThat(Opener.open(kept).succeeded()).as(strategy).isTrue();
      }

      reload(path("kept", strategy));
      assertThat(Opener.open(kept).wasDenied()).as(strategy).isTrue();
    }
  }

  /** A directory outside gets an ignore mark after its first open. */
  @Test
  void aDirectoryThatWasSilencedOutsideIsProtectedWithItsPath() throws IOException {
    reload(path("kept", "filesystem"));
    await()
        .until(
            () -> {
              Opener.open(other);
              return !KernelMarks.of(engine.pid()).ignored().isEmpty();
            });

    reload(path("kept", "filesystem"), path("other", "filesystem"));

    assertThat(Opener.open(other).wasDenied()).isTrue();
  }

  @Test
  void theStrategyIsSwitchedWithoutAMomentUnprotected() throws IOException {
    Opener prober = prober();

    for (int i = 0; i < 4; i++) {
      reload(path("kept", "filesystem"));
      reload(path("kept", "ddd"));
    }

    assertNoneAllowed(prober);
    awaitMarkedDirectories(2);
    await().until(() -> KernelMarks.of(engine.pid()).filesystems().isEmpty());
  }

  @Test
  void manyChangesUnderLoadLoseNoAnswerAndNoProtection() throws IOException {
    List<String> clean = new ArrayList<>();
    for (String name : List.of("kept/clean", "other/clean", "third/deep/clean", "outside/clean")) {
      clean.add(mount.clean(name).toString());
    }
    Opener prober = prober();
    Opener storm = python(STORM, clean);
    Random random = new Random(13);

    for (int i = 0; i < 50; i++) {
      reload(randomPaths(random));
    }

    assertNoneAllowed(prober);
    assertThat(storm.await().output().strip()).as("clean files refused").isEqualTo("0");
    JsonObject status = engine.status();
    assertThat(status.getLong("answers.by-reason.deadline")).isZero();
    engine.assertAlive();
  }

  private String[] randomPaths(Random random) {
    List<String> strategies = List.of("ddd", "ddd", "filesystem");
    List<String> paths = new ArrayList<>();
    boolean isBelowAnother = random.nextInt(4) == 0;
    paths.add(path(isBelowAnother ? "kept/deep" : "kept", any(random, strategies)));
    if (random.nextBoolean()) {
      String strategy = any(random, strategies);
      paths.add(random.nextBoolean() ? path("other", strategy) : path("other", strategy, "deep"));
    }
    if (random.nextBoolean()) {
      paths.add(path("third", any(random, strategies), "deep/*"));
    }
    return paths.toArray(String[]::new);
  }

  private static String any(Random random, List<String> values) {
    return values.get(random.nextInt(values.size()));
  }

  private Opener prober() {
    assertThat(Opener.open(kept).wasDenied()).isTrue();
    return python(PROBER, List.of(kept.toString()));
  }

  private Opener python(String program, List<String> files) {
    List<String> command = new ArrayList<>(List.of("python3", "-c", program, end.toString()));
    command.addAll(files);
    return Opener.command(command);
  }

  private void assertNoneAllowed(Opener prober) throws IOException {
    Files.writeString(end, "");
    String[] counts = prober.await().output().strip().split(" ", -1);
    assertThat(counts[1]).as("allowed of " + counts[0]).isEqualTo("0");
  }

  private void awaitMarkedDirectories(int count) {
    await().untilAsserted(() -> assertThat(marked()).isEqualTo(count));
  }

  private int marked() {
    return KernelMarks.of(engine.pid()).directories().size();
  }

  private void reload(String... paths) throws IOException {
    Path file = mount.outside().resolve("nacre.conf");
    String next = protect(paths);
    Files.writeString(file, Files.readString(file).replace(protecting, next));
    protecting = next;
    JsonObject outcome = ControlClient.ask(engine.control(), "reload", RELOAD_BOUND);
    assertThat(outcome.getString("text")).doesNotStartWith("refused");
  }

  private static String protect(String... paths) {
    return "protect = [" + String.join(", ", paths) + "]";
  }

  private String path(String name, String strategy, String... excludes) {
    List<String> quoted = new ArrayList<>();
    for (String exclude : excludes) {
      quoted.add("\"" + mount.root().resolve(name) + "/" + exclude + "\"");
    }
    return "{ path = \"%s\", strategy = %s, exclude = [%s] }"
        .formatted(mount.root().resolve(name), strategy, String.join(", ", quoted));
  }
}
