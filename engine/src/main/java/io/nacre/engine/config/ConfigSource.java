package io.nacre.engine.config;

import io.nacre.engine.clamdconf.ExcludeMeaning;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a configuration is read from: a file of Nacre's, a clamd.conf, or both, and then the keys of
 * the former win.
 *
 * @param file the file of Nacre's; it may name a clamd.conf as well
 * @param clamdConf the clamd.conf, whichever the file names
 * @param excludes what {@code OnAccessExcludePath} means there, whatever the file says
 */
public record ConfigSource(
    Optional<Path> file, Optional<Path> clamdConf, Optional<ExcludeMeaning> excludes) {

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
