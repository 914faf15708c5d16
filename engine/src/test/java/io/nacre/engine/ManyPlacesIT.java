package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.ExpectedMarks;
import io.nacre.engine.fixture.InotifyInstances;
import io.nacre.engine.fixture.KernelMarks;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.Sysctl;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand protected directories, with the inotify instances that Linux allows by default. */
@Tag("alone")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyPlacesIT {
  private static final int MANY = 1_000;
  private static final int DEFAULT_INSTANCES = 128;
  private static final int MOST_THREADS = 200;

  @Test
  void allAreProtectedWithTheDefaultNumberOfInstances() throws IOException {
    try (PrivateMount stage = PrivateMount.mount("tmpfs");
        Sysctl limit = Sysctl.of("fs.inotify.max_user_instances", DEFAULT_INSTANCES)) {
      List<String> includes = IntStream.range(0, MANY).mapToObj(i -> "p%04d".formatted(i)).toList();
      for (String include : includes) {
        stage.directory(include + "/a/b");
      }
      stage.directory("outside");
      try (EngineProcess engine = start(stage, includes)) {
        assertThat(limit.before()).isPositive();
        assertThat(KernelMarks.of(engine.pid()).directories()).hasSize(3 * MANY);
        assertThat(InotifyInstances.of(engine.pid())).isLessThanOrEqualTo(DEFAULT_INSTANCES / 2);
        assertThat(threads(engine)).isLessThan(MOST_THREADS);
        assertThat(engine.log()).contains("fs.inotify.max_user_instances is 128");
        List<JsonObject> status = engine.status().getObjects("protected");
        assertThat(status).hasSize(MANY);
        assertThat(status).allMatch(path -> path.getString("state").equals("protected"));
        assertThat(status)
            .filteredOn(path -> path.getString("reason").contains("shares an inotify instance"))
            .hasSize(MANY - DEFAULT_INSTANCES / 2);

        sh(
            stage,
            "mkdir p0000/new p0063/new p0064/new p0999/new; mv p0000/a p0999/from; mv p0999/a p0001/x;"
                + " mv p0500/a outside/gone; rm -r p0700; mkdir -p p0700/again; mv p0800 outside");
        List<String> left = includes.stream().filter(name -> !name.equals("p0800")).toList();
        ExpectedMarks.on(stage, left, List.of()).await(engine);
        for (String name : List.of("p0000/new", "p0999/from/b", "p0001/x/b", "p0700/again")) {
          assertThat(openEicarIn(stage, name).wasDenied()).as(name).isTrue();
        }
        assertThat(openEicarIn(stage, "outside/gone/b").succeeded()).isTrue();

        sh(stage, "mv outside/p0800 .");
        ExpectedMarks.on(stage, includes, List.of()).await(engine);
        assertThat(openEicarIn(stage, "p0800/a/b").wasDenied()).isTrue();
      }
    }
  }

  private static EngineProcess start(PrivateMount stage, List<String> includes) throws IOException {
    String protect =
        includes.stream()
            .map(include -> "\"" + stage.root().resolve(include) + "\"")
            .collect(Collectors.joining(", ", "protect = [", "]"));
    return EngineProcess.start(stage, protect, "strategy = ddd", "clamd.endpoints = [embedded]");
  }

  private static long threads(EngineProcess engine) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + engine.pid() + "/task"))) {
      return tasks.count();
    }
  }

  private static Opener.Outcome openEicarIn(PrivateMount stage, String directory) {
    Path file = stage.root().resolve(directory + "/eicar");
    PrivateMount.writeEicar(file);
    return Opener.open(file);
  }

  private static void sh(PrivateMount stage, String script) {
    Opener.Outcome outcome = Opener.sh("cd " + stage.root() + "; set -e; " + script);
    assertThat(outcome.succeeded()).as(script + ": " + outcome.output()).isTrue();
  }
}
