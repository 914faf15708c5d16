package io.nacre.engine.cli.config;

import io.nacre.engine.cli.option.ConfigOptions;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigProblem;
import io.nacre.engine.config.Configuration;
import io.nacre.engine.context.ExitCode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nacre config}: the effective configuration, with the origin of each value. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Prints every key with its value, and where the value comes from: FILE:LINE or 'default'. The"
          + " files of conf.d beside the configuration file override it in the order of their names.",
      ""
    },
    footer = {"", "Exit codes: 0 printed, 78 the configuration is refused."})
public final class ConfigCommand implements Callable<Integer> {

  @Mixin private ConfigOptions source = new ConfigOptions();

  @Option(
      names = "--defaults",
      description = "Print the manual: all keys with their meaning and their default.")
  private boolean defaults;

  @Override
  public Integer call() {
    if (defaults) {
      System.out.print(ConfigFile.manual());
      return ExitCode.OK;
    }
    ConfigFile.Reading reading = ConfigFile.reading(source.source());
    reading.problems().stream().map(ConfigProblem::line).forEach(System.err::println);
    Optional<Configuration> read = reading.configuration();
    if (read.isEmpty() || reading.problems().stream().anyMatch(ConfigProblem::isRefused)) {
      return ExitCode.CONFIGURATION;
    }
    read.get().origins().lines().forEach(System.out::println);
    return ExitCode.OK;
  }
}
