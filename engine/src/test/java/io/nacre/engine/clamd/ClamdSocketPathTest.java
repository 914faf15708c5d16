package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClamdSocketPathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "LocalSocket /run/c.sock",
        "LocalSocket\t/run/c.sock",
        "  LocalSocket   /run/c.sock  ",
        "LocalSocket \"/run/c.sock\"",
      })
  void isTheLocalSocket(String line) {
    assertThat(ClamdSocketPath.localSocket(List.of("Foreground yes", line, "TCPSocket 3310")))
        .contains(Path.of("/run/c.sock"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "#LocalSocket /run/c.sock",
        "# LocalSocket /run/c.sock",
        "LocalSocket",
        "LocalSocketMode 666",
        "LocalSocketGroup clamav",
        "localsocket /run/c.sock",
        "TCPSocket 3310",
      })
  void isNothingElse(String line) {
    assertThat(ClamdSocketPath.localSocket(List.of(line))).isEmpty();
  }

  @Test
  void isTheFirstOfSeveral() {
    assertThat(ClamdSocketPath.localSocket(List.of("LocalSocket /run/a", "LocalSocket /run/b")))
        .contains(Path.of("/run/a"));
  }
}
