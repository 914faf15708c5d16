package io.nacre.engine.cli.config;

import io.nacre.engine.cli.option.ConfigOptions;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.context.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nacre check-config}: says what is wrong with a configuration file. */
@Command(
    name = "check-config",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Reads a configuration file and says all that is wrong with it, as 'file:line: key: what'; of"
          + " a clamd.conf that is right, how each line was understood.",
      ""
    },
    footer = {"", "Exit codes: 0 it would be accepted, 78 it would be refused."})
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
