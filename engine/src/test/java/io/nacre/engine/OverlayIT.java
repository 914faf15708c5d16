package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Overlays that are protected, with layers that are, too, or are not. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OverlayIT {
  private static final int PARALLEL = 20;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private Path merged;

  @BeforeEach
  void open() throws IOException {
    merged = mount.directory("a-merged");
    mount.directory("b/u");
    mount.directory("b/w");
    mount.eicar("b/l/eicar");
    mount.eicar("out/eicar");
    for (int i = 0; i < PARALLEL; i++) {
      mount.clean("b/l/clean" + i);
      mount.clean("out/clean" + i);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddd", "filesystem", "mount"})
  void isProtectedTogetherWithItsLayers(String strategy) throws IOException {
    mount("lowerdir=%1$s/b/l,upperdir=%1$s/b/u,workdir=%1$s/b/w");

    try (EngineProcess engine = start(strategy, "a-merged", "b")) {
      assertThat(state(engine)).isEqualTo("protected");
      assertThat(open("eicar").wasDenied()).isTrue();
      assertThatAllCanBeOpened(engine);
    }
  }

  @Test
  void isNotMarkedIfItsLayersMayBe() throws IOException {
    sh(
        "cd "
            + mount.root()
            + "/b && mount -i -t overlay -o lowerdir=l,upperdir=u,workdir=w overlay "
            + merged);

    try (EngineProcess engine = start("ddd", "a-merged", "b")) {
      assertThat(state(engine)).isEqualTo("missing");
      assertThat(problem(engine)).contains("it is not known where its layers are");
      assertThatAllCanBeOpened(engine);
    }
  }

  @Test
  void isAGapIfOneLayerIsProtectedAndAnotherIsNot() throws IOException {
    mount("lowerdir=%1$s/out,upperdir=%1$s/b/u,workdir=%1$s/b/w");

    try (EngineProcess engine = start("ddd", "a-merged", "b")) {
      assertThat(state(engine)).isEqualTo("missing");
      assertThat(problem(engine)).contains(mount.root() + "/out is not protected");
      assertThatAllCanBeOpened(engine);
    }
  }

  @Test
  void isDecidedAboutAgainWhenALayerGoesAndComes() throws IOException {
    mount("lowerdir=%1$s/out,upperdir=%1$s/b/u,workdir=%1$s/b/w");

    try (EngineProcess engine = start("ddd", "a-merged", "out", "b/u")) {
      assertThat(state(engine)).isEqualTo("protected");
      sh("mv " + mount.root() + "/b/u " + mount.root() + "/b/v");
      engine.awaitStatus("the layer to be lost", now -> state(engine).equals("missing"));
      assertThatAllCanBeOpened(engine);
      sh("mv " + mount.root() + "/b/v " + mount.root() + "/b/u");
      engine.awaitStatus("the layer to be back", now -> state(engine).equals("protected"));
      assertThat(open("eicar").wasDenied()).isTrue();
      assertThatAllCanBeOpened(engine);
    }
  }

  @Test
  void losesItsMarksBeforeALayerGetsAny() throws IOException {
    sh("mv " + mount.root() + "/out " + mount.root() + "/lower");
    mount("lowerdir=%1$s/lower,upperdir=%1$s/b/u,workdir=%1$s/b/w");

    sh("mkdir " + mount.root() + "/b/u/new");

    try (EngineProcess engine = start("ddd", "a-merged", "b/u/new")) {
      assertThat(state(engine)).isEqualTo("missing");
      sh("rmdir " + mount.root() + "/b/u/new");
      engine.awaitStatus("marks", now -> state(engine).equals("protected"));
      await("its marks").until(() -> open("eicar").wasDenied());
      assertThatAllCanBeOpened(engine);
      sh("mkdir " + mount.root() + "/b/u/new");
      engine.awaitStatus("the place in the layer", now -> state(engine).equals("missing"));
      assertThatAllCanBeOpened(engine);
    }
  }

  private void assertThatAllCanBeOpened(EngineProcess engine) {
    List<Opener> openers =
        IntStream.range(0, PARALLEL).mapToObj(i -> Opener.start(file("clean" + i))).toList();
    assertThat(openers.stream().map(Opener::await)).allMatch(Opener.Outcome::succeeded);
    assertThat(engine.isAlive()).isTrue();
  }

  private Opener.Outcome open(String name) {
    return Opener.open(file(name));
  }

  private Path file(String name) {
    return merged.resolve(name);
  }

  private EngineProcess start(String strategy, String... places) throws IOException {
    String protect =
        Stream.of(places)
            .map(place -> "\"" + mount.root().resolve(place) + "\"")
            .collect(Collectors.joining(", ", "protect = [", "]"));
    return EngineProcess.start(mount, protect, "strategy = " + strategy, "dead-man = 3 s");
  }

  private void mount(String options) {
    sh("mount -t overlay overlay -o " + options.formatted(mount.root()) + " " + merged);
  }

  private static void sh(String script) {
    assertThat(Opener.sh(script).succeeded()).as(script).isTrue();
  }

  private static String state(EngineProcess engine) {
    return engine.status().getObjects("protected").get(0).getString("state");
  }

  private static String problem(EngineProcess engine) {
    JsonObject first = engine.status().getObjects("protected").get(0);
    return first.getStrings("problems").get(0);
  }
}
