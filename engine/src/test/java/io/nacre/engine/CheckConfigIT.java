package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.context.ExitCode;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code check-config} and {@code run} agree about a configuration, to the letter. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CheckConfigIT {
  private static final String OF_MACHINE = " [this machine]";

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        nacre {
          protect = ["TREE", "/proc", "/sys", "TREE/none"]
          exempt { users = [no-such-user], uids = [-1, 1.5] }
          cache { memory = 9000 GiB, kernel = leased, leases = 0 }
          clamd.hedge-after = 1 s
          control.socket = /no/such/directory/nacre.sock
          detection { action = move, quarantine = OPEN/quarantine, hook = [OPEN/hook] }
        }
        """,
        """
        nacre {
          protect = ["TREE"]
          max-file-size = 25
          detection.hook = [/no/such/hook]
          deadline = 5 s
          deadline = 6 s
        }
        """,
        "nacre { protect = [\"TREE\"]",
        "nacre { protect = [\"TREE\"], control.socket = ${HOME} }",
        "include \"none.conf\"",
        "",
      })
  void agreesWithTheStart(String text) throws IOException {
    Path open = mount.directory("open");
    Opener.sh("chmod 777 " + open + "; echo > " + open + "/hook; chmod 777 " + open + "/hook");
    Path configuration = mount.outside().resolve("wrong.conf");
    Files.writeString(
        configuration,
        text.replace("TREE", mount.directory("tree").toString()).replace("OPEN", open.toString()));

    Opener.Outcome checked = nacre("check-config", configuration);
    Opener.Outcome started = nacre("run", configuration);

    assertThat(checked.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(started.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(problems(started)).isNotEmpty().isEqualTo(problems(checked));
    assertThat(problems(started)).allMatch(line -> line.startsWith(configuration.toString()));
    assertThat(started.output()).doesNotContain("Exception", "java");
    assertThat(open.resolve("quarantine")).doesNotExist();
  }

  @Test
  void acceptsWhatStarts() throws IOException {
    Path tree = mount.directory("tree");
    Path configuration = mount.outside().resolve("right.conf");
    Files.writeString(
        configuration,
        "nacre { protect = [\"" + tree + "\", \"" + tree + "/\"], clamd.endpoints = [embedded] }");

    Opener.Outcome checked = nacre("check-config", configuration);

    assertThat(checked.output()).contains(configuration + ": ok");
    assertThat(checked.exitCode()).isZero();
    assertThat(nacre("config", configuration).output())
        .contains("nacre.clamd.endpoints = [", "\"embedded\"  # " + configuration + ":1");
  }

  @Test
  void saysThatNoClamdAnswersNow() throws IOException {
    Path configuration = mount.outside().resolve("later.conf");
    Files.writeString(
        configuration,
        "nacre { protect = [\""
            + mount.directory("tree")
            + "\"]\nclamd.endpoints = [\"unix:/no/clamd\"] }");

    Opener.Outcome checked = nacre("check-config", configuration);

    assertThat(checked.exitCode()).isZero();
    assertThat(checked.output())
        .contains(
            configuration
                + ":2: nacre.clamd.endpoints: warning: no clamd answers at unix:/no/clamd now"
                + OF_MACHINE);
  }

  private static Opener.Outcome nacre(String command, Path configuration) throws IOException {
    return EngineProcess.nacre(command, "--config", configuration.toString());
  }

  /** Returns the problems that end a start. */
  private static List<String> problems(Opener.Outcome outcome) {
    return outcome
        .output()
        .lines()
        .filter(line -> !line.contains(": warning: ") && line.contains(".conf"))
        .map(line -> line.replace(OF_MACHINE, ""))
        .toList();
  }
}
