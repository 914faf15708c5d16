package io.nacre.engine.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProgramSetTest {

  @Test
  void holdsExactlyItsPrograms() {
    ProgramSet programs = new ProgramSet(List.of("/usr/sbin/sshd", "/usr/lib/systemd/systemd"));

    assertThat(holds(programs, "/usr/sbin/sshd")).isTrue();
    assertThat(holds(programs, "/usr/lib/systemd/systemd")).isTrue();
    assertThat(holds(programs, "/usr/lib/systemd/system")).isFalse();
    assertThat(holds(programs, "/usr/lib/systemd/systemd-journald")).isFalse();
    assertThat(holds(programs, "/")).isFalse();
  }

  @Test
  void looksNoFurtherThanThePathIsLong() {
    ProgramSet programs = new ProgramSet(List.of("/sbin/init"));
    byte[] path = Arrays.copyOf("/sbin/initrd".getBytes(UTF_8), 4096);

    assertThat(programs.contains(path, 10)).isTrue();
    assertThat(programs.contains(path, 12)).isFalse();
    assertThat(programs.contains(path, 0)).isFalse();
    assertThat(programs.contains(path, -1)).isFalse();
  }

  @Test
  void comparesBytesSoThatAnyNameMayBe() {
    ProgramSet programs = new ProgramSet(List.of("/opt/caf\u00e9"));

    assertThat(holds(programs, "/opt/caf\u00e9")).isTrue();
    assertThat(holds(programs, "/opt/cafe\u0301")).isFalse();
  }

  @Test
  void findsEachOfMany() {
    List<String> paths = IntStream.range(0, 1_000).mapToObj(i -> "/opt/" + i).toList();

    ProgramSet programs = new ProgramSet(paths);

    assertThat(paths).allMatch(path -> holds(programs, path));
    assertThat(holds(programs, "/opt/1000")).isFalse();
  }

  @Test
  void takesTheSameProgramTwice() {
    ProgramSet programs = new ProgramSet(List.of("/sbin/init", "/sbin/init"));

    assertThat(holds(programs, "/sbin/init")).isTrue();
  }

  @Test
  void isEmptyWithoutPrograms() {
    assertThat(ProgramSet.NONE.isEmpty()).isTrue();
    assertThat(holds(ProgramSet.NONE, "/sbin/init")).isFalse();
    assertThat(new ProgramSet(List.of("/sbin/init")).isEmpty()).isFalse();
  }

  private static boolean holds(ProgramSet programs, String path) {
    byte[] bytes = path.getBytes(UTF_8);
    return programs.contains(bytes, bytes.length);
  }
}
