package io.nacre.engine.cli.option;

import io.nacre.engine.clamdconf.ExcludeMeaning;
import io.nacre.engine.config.ConfigSource;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a configuration is read from. */
public final class ConfigOptions {
  /** Where a configuration is unless it is said. */
  public static final Path USUAL = Path.of("/etc/nacre/nacre.conf");

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration file; /etc/nacre/nacre.conf if no file is given.")
  private @Nullable Path file;

  @Option(
      names = "--clamd-conf",
      paramLabel = "FILE",
      description = {
        "A clamd.conf, whose options for clamonacc are done as they say. With --config as well, what"
            + " is said there wins."
      })
  private @Nullable Path clamdConf;

  @Option(
      names = "--clamd-conf-exclude",
      paramLabel = "regex|exact",
      description = {
        "What OnAccessExcludePath means there: a regular expression, as for ClamAV 1.5 and later, or"
            + " exactly a path, as before; regex if not given."
      })
  private @Nullable ExcludeMeaning excludes;

  /** Returns what to read. */
  public ConfigSource source() {
    return new ConfigSource(
        Optional.ofNullable(file)
            .or(() -> clamdConf == null ? Optional.of(USUAL) : Optional.empty()),
        Optional.ofNullable(clamdConf).map(Path::toAbsolutePath),
        Optional.ofNullable(excludes));
  }

  /** Returns the name of what is read, for people. */
  public String name() {
    ConfigSource source = source();
    return source.file().or(source::clamdConf).orElse(USUAL).toString();
  }
}
