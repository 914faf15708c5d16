package io.nacre.engine.cli.quarantine;

import io.nacre.engine.cli.option.ConfigOptions;
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

/** The options that say which quarantine is meant, of each command about it. */
final class QuarantineOptions {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration file; /etc/nacre/nacre.conf if not given and there.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--clamd-conf",
      paramLabel = "FILE",
      description = "The clamd.conf that the engine was started with: says how clamd is reached.")
  private Optional<Path> clamdConf = Optional.empty();

  @Option(
      names = "--quarantine",
      paramLabel = "DIR",
      description = "The quarantine, if not nacre.detection.quarantine of the configuration.")
  private Optional<Path> directory = Optional.empty();

  private Optional<EngineConfig> read = Optional.empty();

  /** What a command does with the open quarantine; returns its exit code. */
  interface Use {
    int with(QuarantineStore store) throws IOException, ConfigurationException;
  }

  /** What a command does with one file of it. */
  interface UseOne {
    int with(QuarantineStore store, QuarantineEntry entry)
        throws IOException, ConfigurationException;
  }

  /** Opens the quarantine for {@code use}; says what is wrong, if something is. */
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

  /** Does the same with the file {@code id}. */
  int openOne(String id, UseOne use) {
    return open(
        store -> {
          Optional<QuarantineEntry> entry = store.entry(id);
          if (entry.isEmpty()) {
            System.err.println(
                "nacre: there is no " + id + " in " + store.path() + "; see nacre quarantine list");
            return ExitCode.USAGE;
          }
          return use.with(store, entry.get());
        });
  }

  /** Returns the configuration; nothing if none is given, and none is at the usual place. */
  Optional<EngineConfig> config() throws ConfigurationException {
    Optional<Path> own = file;
    if (file.isEmpty() && clamdConf.isEmpty() && Files.exists(ConfigOptions.USUAL)) {
      own = Optional.of(ConfigOptions.USUAL);
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
        return "there is no quarantine at " + path + ": nothing was put away yet";
      }
      if (failed.errno() == Errno.EACCES) {
        return "the quarantine " + path + " is for root alone";
      }
    }
    return "the quarantine " + path + ": " + e.getMessage();
  }
}
