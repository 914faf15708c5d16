package io.nacre.engine.cli.config;

import io.nacre.engine.cli.option.ConfigOptions;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigProblem;
import io.nacre.engine.config.Configuration;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.startup.Preflight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code nacre check-config}: the problems of a configuration file, all at once. */
@Command(
    name = "check-config",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Checks a configuration as a start does, and prints every problem as 'FILE:LINE: KEY: PROBLEM'."
          + " [this machine] marks what depends on the machine: paths, users, clamd and the kernel."
          + " Nothing is changed or started. For a correct clamd.conf it prints how each line was"
          + " understood.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 accepted, 69 accepted, but an engine could not start now, 78 refused."
    })
public final class CheckConfigCommand implements Callable<Integer> {
  private static final String OF_MACHINE = " [this machine]";

  @Mixin private ConfigOptions source = new ConfigOptions();

  @Override
  public Integer call() {
    ConfigFile.Reading reading = Preflight.reading(source.source());
    List<ConfigProblem> problems = new ArrayList<>(reading.problems());
    Optional<Configuration> read = reading.configuration();
    boolean isRefused = problems.stream().anyMatch(ConfigProblem::isRefused);
    if (!isRefused && read.isPresent()) {
      read.get().notes().forEach(System.out::println);
      problems.addAll(Preflight.availability(read.get().engine(), read.get().origins()));
    }
    problems.forEach(
        problem -> System.err.println(problem.line() + (problem.isOfMachine() ? OF_MACHINE : "")));
    if (isRefused) {
      return ExitCode.CONFIGURATION;
    }
    if (problems.stream().anyMatch(problem -> problem.kind() == ConfigProblem.Kind.UNAVAILABLE)) {
      return ExitCode.UNAVAILABLE;
    }
    System.out.println(source.name() + ": ok");
    return ExitCode.OK;
  }
}
