package io.nacre.engine.config;

import io.nacre.engine.file.RootOwnedPath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The directory {@code conf.d} beside a configuration file. Its files whose names end with {@code
 * .conf} override the file, and each other in the order of their names.
 */
final class ConfDirectory {
  private static final String NAME = "conf.d";
  private static final String FILES = "*.conf";

  private ConfDirectory() {}

  /** Returns the files beside {@code file}, in their order; none if there is no directory. */
  static List<Path> beside(Path file, Problems problems) {
    List<Path> files = new ArrayList<>();
    Path directory = file.toAbsolutePath().normalize().resolveSibling(NAME);
    if (!Files.isDirectory(directory)) {
      return files;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, FILES)) {
      for (Path each : found) {
        if (!each.getFileName().toString().startsWith(".")) {
          files.add(each);
        }
      }
      requireRoots(directory, problems);
    } catch (IOException e) {
      problems.add(ConfigProblem.refused(directory.toString(), "", "the directory cannot be read"));
    }
    Collections.sort(files);
    return files;
  }

  /** Returns whether this process acts as root; loads nothing that only an engine needs. */
  static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException e) {
      return false;
    }
  }

  /** A file that another user could write would decide what is protected. */
  static void requireRoots(Path path, Problems problems) {
    Optional<String> complaint;
    try {
      complaint = RootOwnedPath.complaint(path);
    } catch (IOException e) {
      return; // it is reported when it is read
    }
    if (complaint.isPresent()) {
      problems.add(
          ConfigProblem.refused(
              path.toString(), "", "another user could change it: " + complaint.get()));
    }
  }
}
