package io.nacre.engine.detection.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.request.ProcessInfo;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ProcessTextTest {
  private final ProcessText text = new ProcessText();

  @Test
  void namesTheProgramTheProcessAndTheUser() {
    assertThat(text.of(new ProcessInfo(1234, OptionalInt.of(0), Optional.of("/usr/bin/cat"))))
        .isEqualTo("cat (pid 1234, user root)");
  }

  @Test
  void givesTheNumberOfAUserWithoutAName() {
    assertThat(text.of(new ProcessInfo(1, OptionalInt.of(1_999_999_999), Optional.of("cat"))))
        .isEqualTo("cat (pid 1, user 1999999999)");
    assertThat(text.of(new ProcessInfo(1, OptionalInt.of(-2), Optional.of("cat"))))
        .isEqualTo("cat (pid 1, user 4294967294)");
  }

  @Test
  void saysThatTheProcessIsGone() {
    assertThat(text.of(new ProcessInfo(1234, OptionalInt.empty(), Optional.empty())))
        .isEqualTo("a process that is gone (pid 1234)");
  }

  @Test
  void saysThatTheProcessIsOfAnotherNamespace() {
    assertThat(text.of(new ProcessInfo(0, OptionalInt.empty(), Optional.empty())))
        .isEqualTo("a process that is gone (of another pid namespace)");
  }

  @Test
  void printsNoNameThatDrivesATerminal() {
    assertThat(text.of(new ProcessInfo(7, OptionalInt.empty(), Optional.of("/tmp/\033[2Jcat\n"))))
        .isEqualTo("\\x1b[2Jcat\\x0a (pid 7)");
  }
}
