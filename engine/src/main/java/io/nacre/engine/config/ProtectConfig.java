package io.nacre.engine.config;

import io.nacre.engine.policy.DirectoryRegex;
import io.nacre.engine.policy.PathPattern;
import io.nacre.engine.policy.Strategy;
import java.nio.file.Path;
import java.util.List;

/**
 * A protected path.
 *
 * @param path absolute, symbolic links resolved
 * @param exclude paths and patterns below it that are not protected, as {@link PathPattern#parse}
 *     takes them
 * @param excludeRegex directories that are not protected either, as {@link DirectoryRegex#parse}
 *     takes them
 * @param recursive whether files in directories below it are protected as well
 * @param strategy how marks are placed for it
 */
public record ProtectConfig(
    Path path,
    List<String> exclude,
    List<String> excludeRegex,
    boolean recursive,
    Strategy strategy) {
  public ProtectConfig {
    exclude = List.copyOf(exclude);
    excludeRegex = List.copyOf(excludeRegex);
  }

  /** Returns the same path with {@code others} as its excludes. */
  ProtectConfig withExclude(List<String> others) {
    return new ProtectConfig(path, others, excludeRegex, recursive, strategy);
  }
}
