package io.nacre.engine.cli.quarantine;

import io.nacre.engine.cli.option.Version;
import io.nacre.engine.context.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nacre quarantine}: what was put away, and how to get it back. */
@Command(
    name = "quarantine",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Lists and restores infected files that were moved or copied into the quarantine. Needs root,"
          + " but no running engine.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    subcommands = {
      QuarantineListCommand.class,
      QuarantineShowCommand.class,
      QuarantineRestoreCommand.class,
      QuarantineDeleteCommand.class
    })
public final class QuarantineCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(System.err);
    return ExitCode.USAGE;
  }
}
