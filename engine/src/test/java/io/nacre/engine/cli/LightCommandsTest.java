package io.nacre.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LightCommandsTest {
  @TempDir Path directory;

  @Test
  void loadNothingOfPekko() throws Exception {
    Path loaded = directory.resolve("loaded");

    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + loaded,
                "-cp",
                System.getProperty("java.class.path"),
                LightCommands.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    boolean ended = jvm.waitFor(50, TimeUnit.SECONDS);
    jvm.destroyForcibly();

    assertThat(ended).isTrue();
    assertThat(directory.resolve("out")).content().contains("Usage: nacre status");
    assertThat(jvm.exitValue()).isZero();
    List<String> classes = classes(loaded);
    assertThat(classes).contains(Main.class.getName(), "io.nacre.engine.control.ControlClient");
    assertThat(classes).noneMatch(name -> name.startsWith("org.apache.pekko"));
    assertThat(classes).noneMatch(name -> name.startsWith("scala."));
    assertThat(classes).noneMatch(name -> name.startsWith("com.sun.jna"));
  }

  /** {@code [0.012s][info][class,load] java.lang.Object source: shared objects file}. */
  private static List<String> classes(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.map(line -> line.replaceFirst("^(\\[[^]]*])+ ", "").split(" ", 2)[0]).toList();
    }
  }
}
