package io.nacre.engine.cli;

import io.nacre.engine.ExitCode;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.EngineConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nacre run}: the engine as a configuration file says. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Runs the engine in the foreground, as the configuration file says.",
      "Prints 'nacre: ready' to standard error when every path is protected or reported.",
      "SIGTERM or Ctrl-C stops it; nobody is left waiting.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 stopped, 69 clamd or fanotify unavailable, 70 a part failed,",
      "77 missing privilege, 78 bad configuration."
    })
final class RunCommand implements Callable<Integer> {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      defaultValue = "/etc/nacre/nacre.conf",
      description = "The configuration file; ${DEFAULT-VALUE} if not given.")
  private Path file = Path.of("/etc/nacre/nacre.conf");

  @Override
  public Integer call() {
    EngineConfig config;
    try {
      config = ConfigFile.read(file);
    } catch (ConfigurationException e) {
      e.problems().forEach(System.err::println);
      return ExitCode.CONFIGURATION;
    }
    return new EngineRun(config, EngineRun.HangUp.RELOAD).run(new DetectionLog(), engine -> {});
  }
}
