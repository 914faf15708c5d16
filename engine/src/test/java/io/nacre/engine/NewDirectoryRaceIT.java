package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Malware that is written into a directory made a moment ago, and opened at once. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NewDirectoryRaceIT {
  private static final int ROUNDS = 300;

  /** Says how many of its rounds could read what they had written. */
  private static final String MAKE_WRITE_READ =
      """
      import os, sys
      os.chdir(sys.argv[1])
      content = sys.argv[2].encode()
      readable = 0
      for i in range(int(sys.argv[3])):
        name = 'd%d/e' % i
        os.mkdir('d%d' % i)
        file = os.open(name, os.O_WRONLY | os.O_CREAT, 0o644)
        os.write(file, content)
        os.close(file)
        try:
          file = os.open(name, os.O_RDONLY)
        except PermissionError:
          continue
        readable += os.read(file, len(content)) == content
        os.close(file)
      print(readable)
      """;

  /** Says how many of the files cannot be opened. */
  private static final String OPEN_EACH =
      """
      import os, sys
      os.chdir(sys.argv[1])
      denied = 0
      for i in range(int(sys.argv[3])):
        try:
          os.close(os.open('d%d/e' % i, os.O_RDONLY))
        except PermissionError:
          denied += 1
      print(denied)
      """;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  @Test
  void noneCanBeReadWithAMarkOnTheFileSystem() throws IOException {
    try (EngineProcess engine = start("filesystem")) {
      assertThat(run(MAKE_WRITE_READ)).isZero();
      assertThat(run(OPEN_EACH)).isEqualTo(ROUNDS);
    }
  }

  @Test
  void eachIsDeniedOnceItsDirectoryIsMarked() throws IOException {
    try (EngineProcess engine = start("ddd")) {
      int readable = run(MAKE_WRITE_READ);
      System.out.printf(
          "strategy = ddd: %d of %d could be read at once%n", readable, ROUNDS); // a measurement

      engine.awaitDirectories(ROUNDS + 1);

      assertThat(run(OPEN_EACH)).isEqualTo(ROUNDS);
    }
  }

  private EngineProcess start(String strategy) throws IOException {
    return EngineProcess.start(
        mount,
        "protect = [\"" + mount.directory("tree") + "\"]",
        "strategy = " + strategy,
        "clamd.endpoints = [embedded]");
  }

  private int run(String script) {
    Opener.Outcome outcome =
        Opener.command(
                "python3",
                "-c",
                script,
                mount.root().resolve("tree").toString(),
                PrivateMount.eicar(),
                Integer.toString(ROUNDS))
            .await();
    assertThat(outcome.succeeded()).as(outcome.output()).isTrue();
    return Integer.parseInt(outcome.output());
  }
}
