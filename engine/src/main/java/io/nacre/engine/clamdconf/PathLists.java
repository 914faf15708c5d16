package io.nacre.engine.clamdconf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The files with additional paths, as on the command line of clamonacc.
 *
 * @param watch the file of included directories, each with all below it, as OnAccessIncludePath
 * @param exclude the file of excluded directories, each with all below it
 */
public record PathLists(Optional<Path> watch, Optional<Path> exclude) {
  public static final PathLists NONE = new PathLists(Optional.empty(), Optional.empty());

  /** The option of each line in the file of excluded directories. */
  static final String EXCLUDED = "--exclude-list";

  /** The option of each line in the file of included directories. */
  static final String INCLUDED = "--watch-list";

  /** Returns whether {@code option} is one of these, and so not of a clamd.conf. */
  static boolean contains(String option) {
    return option.equals(INCLUDED) || option.equals(EXCLUDED);
  }

  /** Returns a setting for each line; {@code problems} receives each wrong line. */
  List<Setting> read(Consumer<String> problems) {
    List<Setting> settings = new ArrayList<>();
    watch.ifPresent(file -> settings.addAll(ListFile.read(file, INCLUDED, problems)));
    exclude.ifPresent(file -> settings.addAll(ListFile.read(file, EXCLUDED, problems)));
    return settings;
  }
}
