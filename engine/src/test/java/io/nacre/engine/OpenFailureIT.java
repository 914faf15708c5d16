package io.nacre.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An engine that cannot open something: each descriptor that it opens is refused once, by the limit
 * of open files of a process of its own, and nothing of the engine may stay behind.
 */
@Timeout(value = 150, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenFailureIT {

  @TempDir Path directory;

  @Test
  void leavesNothingBehindWhicheverDescriptorIsRefused() throws Exception {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n " + OpenFailureProgram.LIMIT + " && exec \"$@\"",
                "sh",
                "timeout",
                "-s",
                "KILL",
                "120",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                OpenFailureProgram.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(10, SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).containsPattern("refused [0-9]+ times, then opened");
  }

  /** The installed jars: from an open jar a class is loaded without another descriptor. */
  private static String classPath() {
    return "target/nacre/lib/*" + File.pathSeparator + "target/test-classes";
  }
}
