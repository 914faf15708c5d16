package io.nacre.engine.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nacre.engine.clamdconf.ExcludeMeaning;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigProblem;
import io.nacre.engine.config.ConfigSource;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks of a configuration on this machine, with the exact text of each. */
class PreflightTest {
  @TempDir Path temporary;

  private Path directory;
  private Path file;

  @BeforeEach
  void create() throws IOException {
    directory = Files.createDirectory(temporary.toRealPath().resolve("srv"));
    file = temporary.toRealPath().resolve("nacre.conf");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exempt.users = [root, no-such-user] | exempt.users: there is no user no-such-user",
        "exempt.users = [--help] | exempt.users: there is no user --help",
        "control.socket = DIR/none/x.sock | control.socket: DIR/none does not exist; only a directory directly in /run is created",
        "control.socket = DIR/srv | control.socket: DIR/srv is a directory; name a file in it",
        "control.socket = DIR/nacre.conf | control.socket: DIR/nacre.conf is in the way: it is no socket",
        "control.socket = DIR/nacre.conf/x | control.socket: DIR/nacre.conf is not a directory",
        "detection.hook = [/no/hook] | detection.hook: /no/hook does not exist",
        "detection.hook = [/etc/passwd] | detection.hook: /etc/passwd is no program that can be executed",
        "detection.hook = [/usr] | detection.hook: /usr is no program that can be executed",
        "detection { action = move, quarantine = /proc/x } | detection.quarantine: /proc/x lies on proc, which stores no files",
        "cache.memory = 9000 GiB | cache.memory: is more than the HEAP that the engine has; NACRE_JAVA_OPTIONS=-Xmx… gives it more",
      })
  void refuseWhatThisMachineDoesNotHave(String line, String problem) throws IOException {
    String heap = (Runtime.getRuntime().maxMemory() >> 20) + " MiB";

    assertThat(problems(line.replace("DIR", temporary.toRealPath().toString())))
        .containsExactly(
            file
                + ":3: nacre."
                + problem.replace("DIR", temporary.toRealPath().toString()).replace("HEAP", heap));
  }

  @ParameterizedTest
  @CsvSource({"/proc, proc", "/proc/sys, proc", "/sys, sysfs"})
  void refuseAFileSystemOfTheKernel(String path, String type) throws IOException {
    Files.writeString(file, "nacre {\n  protect = [\"" + directory + "\",\n\"" + path + "\"]\n}");

    assertThat(problems())
        .containsExactly(
            file
                + ":3: nacre.protect: "
                + path
                + " lies on "
                + type
                + ", a file system of the kernel without stored files");
  }

  @Test
  void refuseAHookThatAnotherUserCouldReplace() throws IOException {
    assumeThat(ProcFs.effectiveUserOfSelf()).isZero();
    Path hook = Files.writeString(directory.resolve("hook"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(problems("detection.hook = [\"" + hook + "\"]"))
        .containsExactly(
            file
                + ":3: nacre.detection.hook: "
                + hook
                + " is not run as root, since another user could replace it: "
                + hook
                + " can be written by others than its owner");
  }

  @Test
  void refuseAQuarantineThatAnotherUserCouldReplace() throws IOException {
    assumeThat(ProcFs.effectiveUserOfSelf()).isZero();
    Path open = Files.createDirectory(temporary.toRealPath().resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(problems("detection { action = move, quarantine = \"" + open + "/q/q\" }"))
        .containsExactly(
            file
                + ":3: nacre.detection.quarantine: "
                + open
                + " can be written by others than its owner: another user could replace the files"
                + " in it");
    assertThat(open).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "detection.json-log = /no/x.json | detection.json-log: warning: nothing is logged there: /no does not exist, or is no directory",
        "clamd.database = /no/database | clamd.database: warning: /no/database is no directory now, so that no clean verdict is cached",
        "detection.events = /proc/version/x | detection.events: warning: nothing is recorded: /proc/version is no directory",
      })
  void warnOfWhatTheEngineStartsWithout(String line, String problem) throws IOException {
    assertThat(problems(line)).containsExactly(file + ":3: nacre." + problem);
  }

  @Test
  void reportTheFilesAndTheMachineAtOnce() throws IOException {
    assertThat(
            problems("exempt.users = [no-such-user]\nqueue = 0\ncontrol.socket = /no/such/socket"))
        .containsExactly(
            file + ":3: nacre.exempt.users: there is no user no-such-user",
            file + ":4: nacre.queue: must be from 1 to 1000000",
            file
                + ":5: nacre.control.socket: /no/such does not exist; only a directory directly in"
                + " /run is created");
  }

  @Test
  void markWhatDependsOnTheMachine() throws IOException {
    write("exempt.users = [no-such-user]\nqueue = 0");

    assertThat(Preflight.reading(ConfigSource.of(file)).problems())
        .extracting(ConfigProblem::isOfMachine)
        .containsExactly(true, false);
  }

  @Test
  void nameTheOptionOfAClamdConf() throws IOException {
    Path conf =
        Files.writeString(
            directory.resolve("clamd.conf"),
            "OnAccessIncludePath " + directory + "\n\nOnAccessExcludeUname no-such-user\n");

    ConfigFile.Reading reading =
        Preflight.reading(ConfigSource.ofClamdConf(conf, ExcludeMeaning.REGEX));

    assertThat(reading.problems())
        .extracting(ConfigProblem::line)
        .contains(conf + ":3: OnAccessExcludeUname: there is no user no-such-user");
  }

  private List<String> problems(String block) throws IOException {
    write(block);
    return problems();
  }

  private void write(String block) throws IOException {
    Files.writeString(file, "nacre {\n  protect = [\"" + directory + "\"]\n" + block + "\n}\n");
  }

  private List<String> problems() {
    return Preflight.reading(ConfigSource.of(file)).problems().stream()
        .map(ConfigProblem::line)
        .toList();
  }
}
