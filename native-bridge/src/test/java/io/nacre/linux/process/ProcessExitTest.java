package io.nacre.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.linux.fixture.ChildProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProcessExitTest {

  @Test
  void endsTheProcessWithoutAnyHook() throws Exception {
    try (ChildProcess child = ChildProcess.start(ChildProcess.java(Leaver.class))) {
      assertThat(child.readAll()).isEqualTo("leaving\n");
      assertThat(child.exitCode()).isEqualTo(42);
    }
  }

  /** Leaves in the middle of itself. */
  static final class Leaver {
    private Leaver() {}

    public static void main(String[] arguments) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("a hook")));
      System.out.println("leaving");
      ProcessExit.now(42);
      System.out.println("still here");
    }
  }
}
