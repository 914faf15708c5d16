package io.nacre.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.context.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path directory;

  @Test
  void explainsItself() {
    int exitCode = run("--help");

    assertThat(exitCode).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("Usage: nacre", "Commands:", "protect", "run", "status", "check-config");
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
    assertThat(err.toString()).isEmpty();
  }

  static Set<String> commands() {
    return Main.commandLine().getSubcommands().keySet();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void explainsEachCommand(String command) {
    int exitCode = run(command, "--help");

    assertThat(exitCode).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("Usage: nacre " + command).doesNotContain("null");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void keepsTheHelpWithin80Columns(String command) {
    run(command, "--help");

    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void describesEachCommand(String command) {
    CommandLine.Model.UsageMessageSpec usage =
        Main.commandLine().getSubcommands().values().stream()
            .filter(each -> each.getCommandName().equals(command))
            .findAny()
            .orElseThrow()
            .getCommandSpec()
            .usageMessage();

    assertThat(usage.description()).isNotEmpty();
  }

  @Test
  void saysItsVersion() {
    int exitCode = run("--version");

    assertThat(exitCode).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).matches("nacre [0-9]+\\.[0-9]+\\.[0-9]+\\S*\\R");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void saysItsVersionFromEachCommand(String command) {
    assertThat(run(command, "--version")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).startsWith("nacre ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--explode",
        "protect",
        "status --explode",
        "run --config",
        "check-config one two",
      })
  void explainsItselfOnStandardErrorIfItIsUsedWrongly(String line) {
    int exitCode = run(line.split(" ", -1));

    assertThat(exitCode).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("Usage: nacre");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "staus | there is no command staus; did you mean status?",
        "check-confg --config x | there is no command check-confg; did you mean check-config?",
        "explode | there is no command explode; did you mean explain?",
        "status --sokcet x | there is no option --sokcet; did you mean --socket?",
        "quarantine lst | there is no command lst; did you mean list?",
        "check-config one | the argument one is one too many",
        "import --clamd-conf-exclude foo x | --clamd-conf-exclude must be regex|exact, not foo",
      })
  void saysInAFewLinesWhatWasMeant(String line) {
    String[] parts = line.split(" \\| ", 2);

    int exitCode = run(parts[0].split(" ", -1));

    assertThat(exitCode).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).startsWith("nacre: " + parts[1] + "\n").contains("--help");
    assertThat(err.toString().lines()).hasSizeLessThan(6);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void printsTheManual() {
    assertThat(run("config", "--defaults")).isEqualTo(ExitCode.OK);
  }

  @Test
  void saysThatACommandIsUnknown() {
    int exitCode = run("explode");

    assertThat(exitCode).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("explode", "nacre");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void explainsItselfOnStandardErrorIfTheCommandIsMissing() {
    int exitCode = run();

    assertThat(exitCode).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("Usage: nacre");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void refusesAConfigurationThatIsNotThere() {
    String none = directory.resolve("none.conf").toString();

    assertThat(run("check-config", "--config", none)).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(run("run", "--config", none)).isEqualTo(ExitCode.CONFIGURATION);
  }

  @Test
  void acceptsAGoodConfiguration() throws IOException {
    Path good =
        Files.writeString(
            directory.resolve("good.conf"), "nacre.protect = [\"" + directory + "\"]");

    assertThat(run("check-config", "--config", good.toString())).isEqualTo(ExitCode.OK);
  }

  @Test
  void refusesABadConfiguration() throws IOException {
    Path bad = Files.writeString(directory.resolve("bad.conf"), "nacre.protect = []");

    assertThat(run("check-config", "--config", bad.toString())).isEqualTo(ExitCode.CONFIGURATION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/no/such/directory", "/dev/null", "/proc", "/sys/kernel"})
  void refusesToProtectWhatIsNoDirectory(String path) {
    assertThat(run("protect", path)).isEqualTo(ExitCode.CONFIGURATION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "selftest"})
  void saysThatNoEngineAnswers(String command) {
    assertThat(run(command, "--socket", directory.resolve("none").toString()))
        .isEqualTo(ExitCode.UNAVAILABLE);
  }

  private int run(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, /* autoFlush= */ true))
        .setErr(new PrintWriter(err, /* autoFlush= */ true))
        .execute(arguments);
  }
}
