package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.nacre.engine.clamdconf.ExcludeMeaning;
import io.nacre.engine.clamdconf.PathLists;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The sources of a configuration: a file in Nacre's own format, a clamd.conf, or both. The file in
 * Nacre's own format overrides the clamd.conf.
 *
 * @param file the file in Nacre's own format; it may name a clamd.conf as well
 * @param clamdConf the clamd.conf, which replaces the one that the file names
 * @param excludes the meaning of {@code OnAccessExcludePath}, which overrides the file
 * @param lists more paths to include and to exclude
 * @param overrides the keys of the command line, which override both
 */
public record ConfigSource(
    Optional<Path> file,
    Optional<Path> clamdConf,
    Optional<ExcludeMeaning> excludes,
    PathLists lists,
    Config overrides) {

  /** Only files. */
  public ConfigSource(
      Optional<Path> file, Optional<Path> clamdConf, Optional<ExcludeMeaning> excludes) {
    this(file, clamdConf, excludes, PathLists.NONE, ConfigFactory.empty());
  }

  /** A file in Nacre's own format. */
  public static ConfigSource of(Path file) {
    return new ConfigSource(Optional.of(file), Optional.empty(), Optional.empty());
  }

  /** Only a clamd.conf. */
  public static ConfigSource ofClamdConf(Path clamdConf, ExcludeMeaning excludes) {
    return new ConfigSource(
        Optional.empty(), Optional.of(clamdConf.toAbsolutePath()), Optional.of(excludes));
  }
}
