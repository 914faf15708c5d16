package io.nacre.engine.clamd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds where a clamd on this machine has its signatures: at the DatabaseDirectory of the
 * configuration it was started with, as clamd.conf(5) says.
 *
 * <p>Looked up from the root directory of the process, so that it is found in a container too.
 */
final class DatabaseDirectory {
  private static final Path USUAL = Path.of("/var/lib/clamav");
  private static final List<String> CONFIGURATIONS =
      List.of(
          "/etc/clamav/clamd.conf",
          "/etc/clamd.d/scan.conf",
          "/etc/clamd.conf",
          "/usr/local/etc/clamd.conf");
  private static final Pattern OPTION = Pattern.compile("(?:--config-file=|-c=?)(?<path>/.+)");
  private static final Pattern DIRECTORY =
      Pattern.compile("(?m)^[ \\t]*DatabaseDirectory[ \\t]+\"?(?<path>/[^\"\\r\\n]*?)\"?[ \\t]*$");

  private DatabaseDirectory() {}

  /**
   * Returns the directory of process {@code pid}, if there is one that can be read.
   *
   * @param pid 0 if it is not known which process is clamd: then it is the packaged one
   */
  static Optional<Path> find(int pid) {
    Path root = pid == 0 ? Path.of("/") : Path.of("/proc", Integer.toString(pid), "root");
    Path directory =
        Stream.concat(configuration(pid).stream(), CONFIGURATIONS.stream())
            .map(path -> text(inside(root, path)))
            .filter(text -> !text.isEmpty())
            .findFirst()
            .flatMap(DatabaseDirectory::directory)
            .map(path -> inside(root, path))
            .orElseGet(() -> inside(root, USUAL.toString()));
    return Files.isDirectory(directory) ? Optional.of(directory) : Optional.empty();
  }

  /** Returns the configuration named on the command line of a process. */
  private static Optional<String> configuration(int pid) {
    String line = text(Path.of("/proc", Integer.toString(pid), "cmdline"));
    for (Iterator<String> each = List.of(line.split("\0")).iterator(); each.hasNext(); ) {
      String argument = each.next();
      Matcher option = OPTION.matcher(argument);
      if (option.matches()) {
        return Optional.of(option.group("path"));
      }
      if ((argument.equals("-c") || argument.equals("--config-file")) && each.hasNext()) {
        return Optional.of(each.next());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> directory(String configuration) {
    Matcher line = DIRECTORY.matcher(configuration);
    return line.find() ? Optional.of(line.group("path")) : Optional.empty();
  }

  private static Path inside(Path root, String path) {
    return root.resolve(path.replaceFirst("^/+", ""));
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
