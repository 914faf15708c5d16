package io.nacre.engine.cli.clamonacc;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.nacre.engine.Engine;
import io.nacre.engine.clamd.ClamdQueries;
import io.nacre.engine.clamdconf.PathLists;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.cli.run.EngineRun;
import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.config.ClamdConfig;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigSource;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.startup.ConfigurationFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code nacre clamonacc}: an engine with the options, messages and exit codes of clamonacc. */
@Command(
    name = "clamonacc",
    description = {
      "Runs the engine with clamonacc's options and its clamd.conf. The differences are listed in"
          + " docs/clamonacc.md.",
      ""
    },
    footer = {
      "",
      "SIGHUP opens the log file again, SIGTERM stops the engine.",
      "Exit codes: 0 ok, 2 wrong options or configuration, or the engine cannot start, 3 the log file"
          + " cannot be opened, 21 clamd did not answer."
    })
public final class ClamonaccCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ClamonaccCommand.class);
  private static final int NO_LOG = 3;
  private static final int NO_ANSWER = 21;
  private static final String FOREGROUND = "--foreground";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Spec private @Nullable CommandSpec spec;

  @Mixin private ClamonaccOptions options = new ClamonaccOptions();

  /** The file that this process wrote; that of another engine stays. */
  private Optional<PidFile> pidFile = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (options.version()) {
      commandLine().getOut().println(version());
      return ExitCode.OK;
    }
    Optional<Ping> ping = options.ping().flatMap(Ping::parse);
    if (options.ping().isPresent() && ping.isEmpty()) {
      System.err.println(
          "nacre: --ping: must be A or A:I, attempts and seconds, not " + options.ping().get());
      return ExitCode.USAGE;
    }
    ConfigurationFiles files;
    try {
      files = ConfigurationFiles.read(source(), config -> {});
    } catch (ConfigurationException e) {
      e.problems().forEach(System.err::println);
      return ExitCode.USAGE;
    }
    EngineConfig config = files.accepted().engine();
    List<ClamdAddress> clamds = addresses(config);
    if (ping.isPresent() && !options.await()) {
      return ping.get().await(clamds, System.out) ? ExitCode.OK : noAnswer();
    }
    if (!options.isForeground()) {
      return inBackground();
    }
    if (options.await() && !ping.orElse(Ping.DEFAULT).await(clamds, console())) {
      return noAnswer();
    }
    return run(files);
  }

  private ConfigSource source() {
    Config overrides = ConfigFactory.empty();
    if (options.stream()) {
      overrides = with(overrides, "nacre.clamd.transport", "stream");
    }
    if (options.action().isPresent()) {
      overrides = with(overrides, "nacre.detection.action", options.action().get());
    }
    if (options.quarantine().isPresent()) {
      overrides =
          with(overrides, "nacre.detection.quarantine", absolute(options.quarantine().get()));
    }
    if (options.socket().isPresent()) {
      overrides = with(overrides, "nacre.control.socket", absolute(options.socket().get()));
    }
    return new ConfigSource(
        Optional.empty(),
        Optional.of(options.configFile().toAbsolutePath()),
        Optional.of(options.excludeMeaning()),
        new PathLists(options.watchList(), options.excludeList()),
        overrides);
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  private static Config with(Config config, String key, String value) {
    return config.withValue(key, ConfigValueFactory.fromAnyRef(value, "the command line"));
  }

  private static List<ClamdAddress> addresses(EngineConfig config) {
    return config.clamd().endpoints().stream()
        .map(ClamdConfig.Endpoint::location)
        .filter(ClamdAddress.class::isInstance)
        .map(ClamdAddress.class::cast)
        .toList();
  }

  /** Returns clamd's version, as clamonacc does; Nacre's own if no clamd answers. */
  private String version() throws IOException {
    try {
      for (ClamdAddress clamd : addresses(ConfigFile.read(source()).engine())) {
        try {
          return ClamdQueries.version(clamd, TIMEOUT);
        } catch (IOException e) {
          LOG.debug("clamd at {} does not report its version", clamd, e);
        }
      }
    } catch (ConfigurationException e) {
      LOG.debug("no clamd is configured", e);
    }
    return new Version().getVersion()[0];
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("called without a command line");
    }
    return spec.commandLine();
  }

  private static int noAnswer() {
    System.err.println("PING timeout exceeded; No response from clamd");
    return NO_ANSWER;
  }

  private int inBackground() throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(commandLine().getParseResult().originalArgs());
    arguments.add(1, FOREGROUND); // behind the name of the command
    return Background.start(arguments);
  }

  private int run(ConfigurationFiles files) throws IOException {
    Optional<LogFile> file = Optional.empty();
    if (options.log().isPresent()) {
      Path log = options.log().get();
      try {
        file = Optional.of(LogFile.open(log));
      } catch (IOException e) {
        System.err.println("ERROR: Failed to open log file " + log + ": " + FileProblem.of(e));
        return NO_LOG;
      }
    }
    OnAccessLog log = new OnAccessLog(options.manner(), file, terminal());
    EngineMessages.to(log, options.verbose());
    files.logWarnings();
    files.accepted().notes().forEach(note -> LOG.info("{}", note));
    options.withoutEffect().forEach(option -> LOG.info("{} has no effect, see --help", option));
    int exitCode =
        new EngineRun(files, log::reopen).run(log, engine -> ready(engine, log), engine -> {});
    log.say("Clamonacc: stopped");
    if (pidFile.isPresent()) {
      pidFile.get().close();
    }
    return exitCode == ExitCode.OK ? ExitCode.OK : ExitCode.USAGE;
  }

  private void ready(Engine engine, OnAccessLog log) {
    engine
        .coverage()
        .forEach(
            entry ->
                log.say("ClamInotif: watching '" + entry.path() + "' (and all sub-directories)"));
    options
        .pidFile()
        .ifPresent(
            file -> {
              try {
                pidFile = Optional.of(PidFile.write(file));
              } catch (IOException e) {
                LOG.warn("the pid file {} cannot be written: {}", file, FileProblem.of(e));
              }
            });
  }

  private PrintStream console() {
    return options.stdout() ? System.out : System.err;
  }

  private Optional<PrintStream> terminal() {
    return options.quiet() ? Optional.empty() : Optional.of(console());
  }
}
