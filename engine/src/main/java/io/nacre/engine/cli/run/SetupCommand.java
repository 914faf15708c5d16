package io.nacre.engine.cli.run;

import io.nacre.engine.cli.option.Version;
import io.nacre.engine.context.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code nacre setup}, which the launcher does: here is only its help text. */
@Command(
    name = "setup",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Installs what Nacre needs and builds it: Java and clamd by apt-get where they are missing, and"
          + " in a source checkout Maven. The commands demo and protect do the same first. No other"
          + " command installs or builds anything.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 set up, 2 the build failed, 69 a package is missing, 77 needs root."
    })
public final class SetupCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    System.err.println("nacre: setup is for the program nacre, which starts this one");
    return ExitCode.USAGE;
  }
}
