package io.nacre.engine.detection.record;

import java.util.Optional;

/**
 * What else there is to say of the process that opened or wrote a file; all of it printable, and
 * nothing of what could not be learnt before it ended.
 *
 * @param user the name of the user it acts as
 * @param commandLine its arguments with blanks between them, the first page of them
 * @param cgroup its place in the hierarchy of control groups
 * @param container the container it is in, by that place
 * @param unit the unit of systemd it is of, by that place
 */
public record ProcessDetails(
    Optional<String> user,
    Optional<String> commandLine,
    Optional<String> cgroup,
    Optional<String> container,
    Optional<String> unit) {

  /** Nothing is known. */
  public static final ProcessDetails UNKNOWN =
      new ProcessDetails(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
