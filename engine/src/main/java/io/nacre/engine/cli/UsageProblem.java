package io.nacre.engine.cli;

import io.nacre.engine.policy.NearestName;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that is not understood, in a few lines: what is wrong, and what was meant. */
final class UsageProblem {

  private UsageProblem() {}

  /** Returns the lines of the message about {@code failure}. */
  static List<String> of(ParameterException failure) {
    CommandLine command = failure.getCommandLine();
    if (command.getParent() == null && !(failure instanceof UnmatchedArgumentException)) {
      return List.of("nacre: a command is missing", command.getUsageMessage().stripTrailing());
    }
    return List.of(
        "nacre: " + problem(failure, command),
        "Usage: " + command.getHelp().synopsis(0).strip(),
        command.getCommandSpec().qualifiedName() + " --help explains it.");
  }

  private static String problem(ParameterException failure, CommandLine command) {
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      return unmatched(unmatched.getUnmatched().get(0), command);
    }
    if (failure.getArgSpec() instanceof OptionSpec option && failure.getValue() != null) {
      return option.longestName()
          + " must be "
          + option.paramLabel()
          + ", not "
          + failure.getValue();
    }
    return String.valueOf(failure.getMessage());
  }

  private static String unmatched(String argument, CommandLine command) {
    if (argument.startsWith("-")) {
      return "there is no option "
          + argument
          + NearestName.suggestion(argument, command.getCommandSpec().optionsMap().keySet());
    }
    Set<String> commands = command.getSubcommands().keySet();
    return commands.isEmpty()
        ? "the argument " + argument + " is one too many"
        : "there is no command " + argument + NearestName.suggestion(argument, commands);
  }
}
