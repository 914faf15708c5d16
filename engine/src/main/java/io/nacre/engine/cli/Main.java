package io.nacre.engine.cli;

import io.nacre.engine.cli.clamonacc.ClamonaccCommand;
import io.nacre.engine.cli.config.CheckConfigCommand;
import io.nacre.engine.cli.config.ConfigCommand;
import io.nacre.engine.cli.config.ImportCommand;
import io.nacre.engine.cli.config.ReloadCommand;
import io.nacre.engine.cli.demo.DemoCommand;
import io.nacre.engine.cli.events.EventsCommand;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.cli.quarantine.QuarantineCommand;
import io.nacre.engine.cli.run.ProtectCommand;
import io.nacre.engine.cli.run.RunCommand;
import io.nacre.engine.cli.run.SetupCommand;
import io.nacre.engine.cli.run.TrainCommand;
import io.nacre.engine.cli.scan.ScanCommand;
import io.nacre.engine.cli.selftest.SelftestCommand;
import io.nacre.engine.cli.status.ExplainCommand;
import io.nacre.engine.cli.status.FlushCommand;
import io.nacre.engine.cli.status.RestartCommand;
import io.nacre.engine.cli.status.StatusCommand;
import io.nacre.engine.cli.terminal.Problem;
import io.nacre.engine.context.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code nacre}. */
@Command(
    name = "nacre",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "An on-access malware gate for Linux: every open of a protected file waits until ClamAV has"
          + " scanned it, and an infected file cannot be opened.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {"", "nacre COMMAND --help explains a command."},
    subcommands = {
      SetupCommand.class,
      DemoCommand.class,
      ProtectCommand.class,
      RunCommand.class,
      CheckConfigCommand.class,
      ConfigCommand.class,
      ImportCommand.class,
      ReloadCommand.class,
      StatusCommand.class,
      FlushCommand.class,
      RestartCommand.class,
      SelftestCommand.class,
      ScanCommand.class,
      QuarantineCommand.class,
      ExplainCommand.class,
      EventsCommand.class,
      ClamonaccCommand.class,
      TrainCommand.class
    })
public final class Main {

  /** Runs the command line {@code arguments} and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /** Returns the command line, ready to execute. */
  public static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(
        (failure, arguments) -> {
          PrintWriter err = failure.getCommandLine().getErr();
          UsageProblem.of(failure).forEach(err::println);
          return ExitCode.USAGE;
        });
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          command.getErr().println("nacre: " + Problem.of(failure));
          return ExitCode.USAGE;
        });
    return commandLine;
  }
}
