package io.nacre.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.fixture.ChildProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenFileLimitTest {

  @Test
  void isWhatTheKernelSays() throws IOException {
    assertThat(OpenFileLimit.current()).isEqualTo(softLimit());
  }

  @Test
  void isRaisedToTheHighestThatIsAllowed() throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", "ulimit -S -n 200; ulimit -H -n 300; exec \"$@\"", "sh"));
    command.addAll(ChildProcess.java(Raiser.class));

    try (ChildProcess child = ChildProcess.start(command)) {
      assertThat(child.readAll()).isEqualTo("200, then 300, which is 300\n");
    }
  }

  @Test
  void countsWhatIsOpen() throws IOException {
    long before = OpenFileLimit.used();

    try (InputStream one = Files.newInputStream(Path.of("/dev/null"));
        InputStream another = Files.newInputStream(Path.of("/dev/null"))) {
      assertThat(OpenFileLimit.used()).isGreaterThanOrEqualTo(before + 2);
    }
    assertThat(before).isGreaterThan(2).isLessThan(OpenFileLimit.current());
  }

  /** Returns the soft limit from {@code /proc/self/limits}. */
  private static long softLimit() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/limits")).stream()
            .filter(candidate -> candidate.startsWith("Max open files"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(List.of(line.split(" +")).get(3));
  }

  /** Raises its limit; a JVM of its own, so that ours keeps what it has. */
  static final class Raiser {
    private Raiser() {}

    public static void main(String[] arguments) throws ErrnoException {
      long before = OpenFileLimit.current();
      long raised = OpenFileLimit.raise();
      System.out.println(before + ", then " + raised + ", which is " + OpenFileLimit.current());
    }
  }
}
