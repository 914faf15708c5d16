package io.nacre.engine.detection.record;

import java.util.Optional;

/**
 * Further facts about the process that opened or wrote a file, all printable. A fact that could not
 * be read before the process ended is empty.
 *
 * @param user the name of the user it acts as
 * @param commandLine its arguments with blanks between them, their first page
 * @param cgroup its path in the hierarchy of control groups
 * @param container the container it is in, by that path
 * @param unit its unit of systemd, by that path
 */
public record ProcessDetails(
    Optional<String> user,
    Optional<String> commandLine,
    Optional<String> cgroup,
    Optional<String> container,
    Optional<String> unit) {

  /** No fact is known. */
  public static final ProcessDetails UNKNOWN =
      new ProcessDetails(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
