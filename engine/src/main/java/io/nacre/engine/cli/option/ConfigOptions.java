package io.nacre.engine.cli.option;

import io.nacre.engine.clamdconf.ExcludeMeaning;
import io.nacre.engine.config.ConfigSource;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the configuration files, as several commands take them. */
public final class ConfigOptions {
  /** The configuration file if no option names one. */
  public static final Path DEFAULT = Path.of("/etc/nacre/nacre.conf");

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration file; /etc/nacre/nacre.conf if no file is given.")
  private @Nullable Path file;

  @Option(
      names = "--clamd-conf",
      paramLabel = "FILE",
      description = {
        "A clamd.conf, whose OnAccess options apply with clamonacc's meaning. Keys in --config take"
            + " precedence."
      })
  private @Nullable Path clamdConf;

  @Option(
      names = "--clamd-conf-exclude",
      paramLabel = "regex|exact",
      description = {
        "How OnAccessExcludePath is read: as a regular expression, like ClamAV 1.5 and later, or as"
            + " exactly a path, like versions before; regex if not given."
      })
  private @Nullable ExcludeMeaning excludes;

  /** Returns the files that the options name. */
  public ConfigSource source() {
    return new ConfigSource(
        Optional.ofNullable(file)
            .or(() -> clamdConf == null ? Optional.of(DEFAULT) : Optional.empty()),
        Optional.ofNullable(clamdConf).map(Path::toAbsolutePath),
        Optional.ofNullable(excludes));
  }

  /** Returns the file that messages name. */
  public String name() {
    ConfigSource source = source();
    return source.file().or(source::clamdConf).orElse(DEFAULT).toString();
  }
}
