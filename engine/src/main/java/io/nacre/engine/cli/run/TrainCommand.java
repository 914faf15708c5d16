package io.nacre.engine.cli.run;

import io.nacre.engine.cli.option.Version;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code nacre train}: loads the classes of an engine, so that the launcher can archive them. */
@Command(
    name = "train",
    hidden = true,
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description =
        "Loads the classes of an engine, without root, so that the launcher can archive them.")
public final class TrainCommand implements Callable<Integer> {

  @Override
  public Integer call() throws IOException, ConfigurationException, EngineStartException {
    System.setProperty("nacre.log.level", "ERROR");
    ClassDataTraining.run();
    return ExitCode.OK;
  }
}
