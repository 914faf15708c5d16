package io.nacre.engine.detection.sink;

import io.nacre.engine.config.DetectionConfig.Log;
import io.nacre.engine.file.RootOwnedPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The checks of the sinks before they are opened. Each returns why a sink would not work. */
public final class SinkChecks {

  private SinkChecks() {}

  /** Checks the program of a hook, which runs as root. */
  public static Optional<String> hook(Path program) {
    if (!Files.exists(program)) {
      return Optional.of(program + " does not exist");
    }
    if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
      return Optional.of(program + " is no program that can be executed");
    }
    return complaint(program)
        .map(why -> program + " is not run as root, since another user could replace it: " + why);
  }

  /** Checks the directory of the record; one that does not exist is created. */
  public static Optional<String> events(Path directory) {
    if (Files.isSymbolicLink(directory)) {
      return Optional.of(directory + " is a symbolic link");
    }
    Path existing = directory;
    while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return Files.isDirectory(existing)
        ? complaint(existing)
        : Optional.of(existing + " is no directory");
  }

  /** Checks the file of JSON lines, which is created in a directory that must exist. */
  public static Optional<String> jsonLog(Path file) {
    Path directory = file.getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      return Optional.of(directory + " does not exist, or is no directory");
    }
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
            && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(file + " is not a regular file")
        : Optional.empty();
  }

  /** Checks the sockets of the daemons that take logs. */
  public static List<String> logs(Set<Log> logs) {
    List<String> missing = new ArrayList<>();
    if (logs.contains(Log.JOURNALD) && !Files.exists(JournaldLog.SOCKET)) {
      missing.add("journald does not run here: " + JournaldLog.SOCKET + " does not exist");
    }
    if (logs.contains(Log.SYSLOG) && !Files.exists(SyslogLog.SOCKET)) {
      missing.add("no syslog daemon runs here: " + SyslogLog.SOCKET + " does not exist");
    }
    return missing;
  }

  private static Optional<String> complaint(Path path) {
    try {
      return RootOwnedPath.complaint(path);
    } catch (IOException e) {
      return Optional.of("it cannot be inspected");
    }
  }
}
