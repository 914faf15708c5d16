package io.nacre.engine.clamd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directory of the signatures of a clamd on this machine: the DatabaseDirectory of the
 * configuration it was started with, as in clamd.conf(5).
 *
 * <p>A directory that is not certain is refused: to observe a wrong directory would be worse than
 * to observe none. Defaults that the command line leaves open are read from the program, which was
 * built with them. Paths begin at the root directory of the process, so that the directory of a
 * clamd in a container is found too.
 */
final class DatabaseDirectory {
  /** The built-in directories: Debian and Fedora, then the default of ClamAV. */
  private static final List<String> BUILT_IN =
      List.of("/var/lib/clamav", "/usr/local/share/clamav");

  private static final Pattern CONFIGURATION =
      Pattern.compile("(?<path>/[\\x21-\\x7e]*/(?:clamd|scan)\\.conf)\0");
  private static final Pattern DIRECTORY =
      Pattern.compile(
          "(?mi)^[ \\t]*DatabaseDirectory[ \\t]+\"?(?<path>[^\"\\r\\n]+?)\"?[ \\t\\r]*$");
  private static final long MOST_BYTES = 64 << 20;

  private final ProcessPaths paths;
  private final String path;

  private DatabaseDirectory(ProcessPaths paths, String path) {
    this.paths = paths;
    this.path = path;
  }

  /** The directory at {@code path} in the file system of this process. */
  static DatabaseDirectory at(Path path) {
    return new DatabaseDirectory(ProcessPaths.ours(), path.toAbsolutePath().toString());
  }

  /**
   * Finds the directory of process {@code pid}.
   *
   * @param startedAt the latest moment at which the process may have read its configuration
   * @throws IOException if the directory is not certain, with the reason
   */
  static DatabaseDirectory of(int pid, Instant startedAt) throws IOException {
    ProcessPaths paths = ProcessPaths.of(pid);
    Path process = Path.of("/proc", Integer.toString(pid));
    ClamdArguments arguments = ClamdArguments.of(text(process.resolve("cmdline")));
    Optional<String> named = arguments.database();
    if (named.isEmpty()) {
      String configuration =
          arguments.configuration().isPresent()
              ? arguments.configuration().get()
              : builtInConfiguration(process.resolve("exe"));
      named = configured(paths.resolve(configuration), startedAt);
    }
    String path = named.isPresent() ? named.get() : builtInDirectory(process.resolve("exe"));
    DatabaseDirectory found = new DatabaseDirectory(paths, path);
    if (!Files.isDirectory(found.now())) {
      throw new IOException("its database directory " + path + " is not there");
    }
    return found;
  }

  /**
   * Returns the directory's path right now: a symbolic link may lead elsewhere by the next call.
   *
   * @throws IOException if the path cannot be resolved
   */
  Path now() throws IOException {
    return paths.resolve(path);
  }

  private static Optional<String> configured(Path file, Instant startedAt) throws IOException {
    String text = text(file);
    Instant changed = ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
    if (changed.isAfter(startedAt)) {
      throw new IOException(file + " was changed after clamd had been started with it");
    }
    return only(DIRECTORY.matcher(text), "the database directory in " + file);
  }

  private static String builtInConfiguration(Path program) throws IOException {
    return only(CONFIGURATION.matcher(text(program)), "its configuration")
        .orElseThrow(() -> new IOException("its configuration cannot be found"));
  }

  private static String builtInDirectory(Path program) throws IOException {
    String text = text(program);
    List<String> found = BUILT_IN.stream().filter(path -> text.contains(path + "\0")).toList();
    if (found.size() != 1) {
      throw new IOException("its database directory cannot be found");
    }
    return found.get(0);
  }

  private static Optional<String> only(Matcher matcher, String what) throws IOException {
    List<String> found =
        matcher.results().map((MatchResult match) -> match.group(1)).distinct().toList();
    if (found.size() > 1) {
      throw new IOException("there are several values for " + what);
    }
    return found.stream().findFirst();
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(file + " is too big");
    }
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return path;
  }
}
