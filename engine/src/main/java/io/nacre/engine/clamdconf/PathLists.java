package io.nacre.engine.clamdconf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Files of more paths than a clamd.conf has, as clamonacc takes them on its command line.
 *
 * @param watch directories that are included, each with all below it, as by OnAccessIncludePath
 * @param exclude directories that are excluded, each with all below it
 */
public record PathLists(Optional<Path> watch, Optional<Path> exclude) {
  public static final PathLists NONE = new PathLists(Optional.empty(), Optional.empty());

  /** The option that a line of a list of excluded directories stands for. */
  static final String EXCLUDED = "--exclude-list";

  /** The option that a line of a list of included directories stands for. */
  static final String INCLUDED = "--watch-list";

  /** Returns whether {@code option} is none of clamd.conf but one of the command line. */
  static boolean contain(String option) {
    return option.equals(INCLUDED) || option.equals(EXCLUDED);
  }

  /** Returns a setting for each line; what is wrong with one is told to {@code problems}. */
  List<Setting> read(Consumer<String> problems) {
    List<Setting> settings = new ArrayList<>();
    watch.ifPresent(file -> settings.addAll(ListFile.read(file, INCLUDED, problems)));
    exclude.ifPresent(file -> settings.addAll(ListFile.read(file, EXCLUDED, problems)));
    return settings;
  }
}
