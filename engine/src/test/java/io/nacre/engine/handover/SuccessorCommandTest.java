package io.nacre.engine.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SuccessorCommandTest {
  private static final List<String> JAVA =
      List.of("/usr/bin/java", "-Xmx256m", "-cp", "/old/nacre.jar", "io.nacre.engine.cli.Main");

  @Test
  void isTheInstalledLauncherWithTheSameArguments() throws IOException {
    assertThat(
            SuccessorCommand.of(
                line("run", "--config", "/a b"), Optional.of("/usr/lib/nacre/nacre")))
        .containsExactly("/usr/lib/nacre/nacre", "run", "--config", "/a b");
  }

  @Test
  void isTheSameProgramWithoutALauncher() throws IOException {
    assertThat(SuccessorCommand.of(line("run"), Optional.empty()))
        .endsWith("-cp", "/old/nacre.jar", "io.nacre.engine.cli.Main", "run");
  }

  @Test
  void isRefusedForOtherCommands() {
    assertThatThrownBy(() -> SuccessorCommand.of(line("protect", "/home"), Optional.empty()))
        .isInstanceOf(HandOverException.class);
    assertThatThrownBy(() -> SuccessorCommand.of(line(), Optional.empty()))
        .isInstanceOf(HandOverException.class);
  }

  /** Returns a command line as the kernel has it, with an empty string behind its last NUL. */
  private static List<String> line(String... arguments) {
    return Stream.of(JAVA, List.of(arguments), List.of("")).flatMap(List::stream).toList();
  }
}
