package io.nacre.engine.cli;

import io.nacre.engine.ExitCode;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigurationException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nacre check-config}: says what is wrong with a configuration file. */
@Command(
    name = "check-config",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Reads a configuration file and says all that is wrong with it, as 'file:line: key: what'.",
      ""
    },
    footer = {"", "Exit codes: 0 it would be accepted, 78 it would be refused."})
final class CheckConfigCommand implements Callable<Integer> {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      defaultValue = "/etc/nacre/nacre.conf",
      description = "The configuration file; ${DEFAULT-VALUE} if not given.")
  private Path file = Path.of("/etc/nacre/nacre.conf");

  @Override
  public Integer call() {
    try {
      ConfigFile.read(file);
      System.out.println(file + ": ok");
      return ExitCode.OK;
    } catch (ConfigurationException e) {
      e.problems().forEach(System.err::println);
      return ExitCode.CONFIGURATION;
    }
  }
}
