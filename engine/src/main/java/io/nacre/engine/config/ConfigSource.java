package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.nacre.engine.clamdconf.ExcludeMeaning;
import io.nacre.engine.clamdconf.PathLists;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a configuration is read from: a file of Nacre's, a clamd.conf, or both, and then the keys of
 * the former win.
 *
 * @param file the file of Nacre's; it may name a clamd.conf as well
 * @param clamdConf the clamd.conf, whichever the file names
 * @param excludes what {@code OnAccessExcludePath} means there, whatever the file says
 * @param lists more paths to include and to exclude
 * @param told keys that were said besides, which win over both
 */
public record ConfigSource(
    Optional<Path> file,
    Optional<Path> clamdConf,
    Optional<ExcludeMeaning> excludes,
    PathLists lists,
    Config told) {

  /** Files alone. */
  public ConfigSource(
      Optional<Path> file, Optional<Path> clamdConf, Optional<ExcludeMeaning> excludes) {
    this(file, clamdConf, excludes, PathLists.NONE, ConfigFactory.empty());
  }

  /** A file of Nacre's. */
  public static ConfigSource of(Path file) {
    return new ConfigSource(Optional.of(file), Optional.empty(), Optional.empty());
  }

  /** A clamd.conf alone. */
  public static ConfigSource ofClamdConf(Path clamdConf, ExcludeMeaning excludes) {
    return new ConfigSource(
        Optional.empty(), Optional.of(clamdConf.toAbsolutePath()), Optional.of(excludes));
  }
}
