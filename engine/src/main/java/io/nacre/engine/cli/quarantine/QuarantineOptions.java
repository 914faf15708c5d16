package io.nacre.engine.cli.quarantine;

import io.nacre.engine.cli.option.ConfigOptions;
import io.nacre.engine.cli.terminal.Problem;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigSource;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.quarantine.QuarantineEntry;
import io.nacre.engine.quarantine.QuarantineStore;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that name the quarantine, and its opening, for each command on it. */
final class QuarantineOptions {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration file; if not given, /etc/nacre/nacre.conf if it exists.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--clamd-conf",
      paramLabel = "FILE",
      description = "The clamd.conf of the engine, which names the address of clamd.")
  private Optional<Path> clamdConf = Optional.empty();

  @Option(
      names = "--quarantine",
      paramLabel = "DIR",
      description = "The quarantine; nacre.detection.quarantine of the configuration if not given.")
  private Optional<Path> directory = Optional.empty();

  private Optional<EngineConfig> read = Optional.empty();

  /** The work of a command on the open quarantine; returns its exit code. */
  interface Use {
    int with(QuarantineStore store) throws IOException, ConfigurationException;
  }

  /** The work of a command on one file of the quarantine; returns its exit code. */
  interface UseOne {
    int with(QuarantineStore store, QuarantineEntry entry)
        throws IOException, ConfigurationException;
  }

  /** Opens the quarantine for {@code use}; prints a message if that fails. */
  int open(Use use) {
    Path path = DetectionConfig.USUAL_QUARANTINE;
    try {
      path = path();
      try (QuarantineStore store = QuarantineStore.open(path)) {
        return use.with(store);
      }
    } catch (ConfigurationException e) {
      e.problems().forEach(System.err::println);
      return ExitCode.CONFIGURATION;
    } catch (IOException e) {
      System.err.println("nacre: " + why(path, e));
      return ExitCode.USAGE;
    }
  }

  /**
   * Opens the quarantine for {@code use} with the file {@code id}; prints a message if that fails.
   */
  int openOne(String id, UseOne use) {
    return open(
        store -> {
          Optional<QuarantineEntry> entry = store.find(id);
          if (entry.isEmpty()) {
            System.err.println(
                "nacre: there is no " + id + " in " + store.path() + "; see nacre quarantine list");
            return ExitCode.USAGE;
          }
          return use.with(store, entry.get());
        });
  }

  /** Returns the configuration; nothing if no option names one and there is no default file. */
  Optional<EngineConfig> config() throws ConfigurationException {
    Optional<Path> own = file;
    if (file.isEmpty() && clamdConf.isEmpty() && Files.exists(ConfigOptions.DEFAULT)) {
      own = Optional.of(ConfigOptions.DEFAULT);
    }
    if (read.isEmpty() && (own.isPresent() || clamdConf.isPresent())) {
      ConfigSource source =
          new ConfigSource(own, clamdConf.map(Path::toAbsolutePath), Optional.empty());
      read = Optional.of(ConfigFile.read(source).engine());
    }
    return read;
  }

  private Path path() throws ConfigurationException {
    return directory.isPresent()
        ? directory.get().toAbsolutePath().normalize()
        : config()
            .map(config -> config.detection().quarantine())
            .orElse(DetectionConfig.USUAL_QUARANTINE);
  }

  private static String why(Path path, IOException e) {
    if (e instanceof ErrnoException failed) {
      if (failed.errno() == Errno.ENOENT) {
        return "there is no quarantine at " + path + ": no file was put there yet";
      }
      if (failed.errno() == Errno.EACCES) {
        return "the quarantine " + path + " is readable by root only";
      }
    }
    return "the quarantine " + path + ": " + Problem.of(e);
  }
}
