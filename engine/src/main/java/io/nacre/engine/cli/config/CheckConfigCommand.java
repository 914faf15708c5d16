package io.nacre.engine.cli.config;

import io.nacre.engine.cli.option.ConfigOptions;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.context.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nacre check-config}: the problems of a configuration file, all at once. */
@Command(
    name = "check-config",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Reads a configuration file and prints every problem as 'FILE:LINE: KEY: PROBLEM'. For a correct"
          + " clamd.conf it prints how each line was understood.",
      ""
    },
    footer = {"", "Exit codes: 0 accepted, 78 refused."})
public final class CheckConfigCommand implements Callable<Integer> {

  @Mixin private ConfigOptions source = new ConfigOptions();

  @Override
  public Integer call() {
    try {
      ConfigFile.read(source.source()).notes().forEach(System.out::println);
      System.out.println(source.name() + ": ok");
      return ExitCode.OK;
    } catch (ConfigurationException e) {
      e.problems().forEach(System.err::println);
      return ExitCode.CONFIGURATION;
    }
  }
}
