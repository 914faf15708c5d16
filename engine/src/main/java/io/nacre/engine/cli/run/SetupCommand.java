package io.nacre.engine.cli.run;

import io.nacre.engine.cli.option.Version;
import io.nacre.engine.context.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code nacre setup}: the help text of a command that the launcher carries out itself. */
@Command(
    name = "setup",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Installs Java and clamd by apt-get where they are missing. In a source checkout it also"
          + " installs Maven and builds. The commands demo and protect do the same first; no other"
          + " command installs or builds anything.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 set up, 2 the build failed, 69 a package is missing, 77 missing privilege."
    })
public final class SetupCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    System.err.println("nacre: setup needs the launcher, the program nacre");
    return ExitCode.USAGE;
  }
}
