package io.nacre.engine.cli.run;

import io.nacre.engine.cli.option.ConfigOptions;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.Configuration;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.detection.record.DetectionRecord;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nacre run}: the engine as a configuration file says. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Runs the engine in the foreground, as the configuration file says.",
      "Prints 'nacre: ready' to standard error when every path is protected or reported.",
      "SIGTERM or Ctrl-C stops it; nobody is left waiting. It never goes on with a part of it dead:",
      "it ends with a code that is not 0, and whoever waits goes on.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 stopped, 3 no memory left, 69 clamd or fanotify unavailable, 70 a part failed",
      "or hung, 77 missing privilege, 78 bad configuration."
    })
public final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Mixin private ConfigOptions source = new ConfigOptions();

  @Option(
      names = "--supervise",
      description = {
        "Start the engine again whenever it ended by itself, after 1 s, and after 30 s at most when"
            + " that happens again and again. For where no service manager does so."
      })
  private boolean supervise;

  @Override
  public Integer call() {
    if (supervise) { // or nobody would, and nobody would know
      System.err.println("nacre: --supervise is for the program nacre, which starts this one");
      return ExitCode.USAGE;
    }
    Configuration config;
    try {
      config = ConfigFile.read(source.source());
    } catch (ConfigurationException e) {
      e.problems().forEach(System.err::println);
      return ExitCode.CONFIGURATION;
    }
    config.notes().forEach(note -> LOG.info("{}", note));
    boolean isLogged = config.engine().detection().logs().contains(DetectionConfig.Log.TEXT);
    Consumer<DetectionRecord> log = isLogged ? new DetectionLog() : detection -> {};
    return new EngineRun(config.engine(), Optional.of(RunCommand::refuseToReload))
        .run(log, engine -> {});
  }

  private static void refuseToReload() {
    LOG.warn("the configuration cannot be reloaded yet; restart to change it");
  }
}
