package io.nacre.engine.cli.run;

import io.nacre.engine.cli.option.ConfigOptions;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.handover.IncomingHandOver;
import io.nacre.engine.startup.ConfigurationFiles;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nacre run}: an engine in the foreground, by a configuration file. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Runs the engine in the foreground, by the configuration file.",
      "",
      "Prints 'nacre: ready' to standard error when every path is protected or reported. SIGTERM or"
          + " Ctrl-C stops it, and every waiting open is answered. SIGHUP reloads the configuration,"
          + " as 'nacre reload' does. When a part of the engine fails, all"
          + " of it ends with an exit code other than 0, and the kernel allows the waiting opens.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 stopped, 3 no memory left, 69 clamd or fanotify unavailable, 70 a part failed"
          + " or hung, 77 missing privilege, 78 bad configuration."
    })
public final class RunCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Mixin private ConfigOptions source = new ConfigOptions();

  @Option(
      names = "--supervise",
      description = {
        "Start the engine again whenever it ended by itself: after 1 s, and after up to 30 s when that"
            + " repeats. For machines without a service manager."
      })
  private boolean supervise;

  @Override
  public Integer call() {
    if (supervise) { // the launcher takes this option away
      System.err.println("nacre: --supervise needs the launcher, the program nacre");
      return ExitCode.USAGE;
    }
    Optional<IncomingHandOver> handOver;
    try {
      handOver = IncomingHandOver.connect(System.getenv(), new Version().getVersion()[0]);
    } catch (IOException e) {
      System.err.println("nacre: no hand-over: " + e.getMessage());
      return ExitCode.UNAVAILABLE;
    }
    DetectionLog log = new DetectionLog();
    ConfigurationFiles files;
    try {
      files = ConfigurationFiles.read(source.source(), log::onConfiguration);
    } catch (ConfigurationException e) {
      e.problems().forEach(System.err::println);
      handOver.ifPresent(present -> present.refuse(String.join("; ", e.problems())));
      return ExitCode.CONFIGURATION;
    }
    files.logWarnings();
    files.accepted().notes().forEach(note -> LOG.info("{}", note));
    return new EngineRun(files).takingOver(handOver).run(log, engine -> {});
  }
}
