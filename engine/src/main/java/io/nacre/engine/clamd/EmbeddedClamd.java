package io.nacre.engine.clamd;

import io.nacre.engine.config.ClamdAddress;
import io.nacre.linux.process.Capability;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The clamd that the engine runs itself: its private directory, its generated configuration and its
 * command line.
 *
 * <p>This clamd runs as the user {@code clamav}, if the user exists: it receives files as
 * descriptors and needs no right to open them. It ends with the engine, by {@code setpriv
 * --pdeathsig}. It gets none of the engine's environment, since its user could read that, and
 * cannot gain privileges.
 *
 * @param directory the directory of the configuration, the socket, the log and the temporary files
 * @param database the directory of the signatures
 * @param isTestDatabase whether the signatures match only the EICAR test file
 * @param program the path of clamd
 * @param user the user it runs as; empty for the engine's
 */
public record EmbeddedClamd(
    Path directory, Path database, boolean isTestDatabase, Path program, Optional<String> user) {
  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr/sbin/clamd"), Path.of("/usr/bin/clamd"), Path.of("/usr/local/sbin/clamd"));
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
  private static final Path SYSTEM_DATABASE = Path.of("/var/lib/clamav");
  private static final String TEST_DATABASE = "eicar.ndb";
  private static final String USER = "clamav";
  private static final String PREFIX = "clamd-";
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LANG", "C");
  private static final Pattern LEFTOVER = Pattern.compile(PREFIX + "(?<pid>[0-9]{1,9})-[0-9]+");
  private static final Pattern SIGNATURES =
      Pattern.compile(".*\\.(cvd|cld|cud|ndb|ndu|ldb|ldu|hdb|hsb|hdu|hsu|mdb|msb|db|yar|yara)");

  /** Returns the path of the clamd that is installed, if one is. */
  public static Optional<Path> findProgram() {
    return PROGRAMS.stream().filter(Files::isExecutable).findFirst();
  }

  /** Returns the owner of the system's signatures: the user that the packaged clamd runs as. */
  static OptionalInt databaseOwner() {
    try {
      return OptionalInt.of((Integer) Files.getAttribute(SYSTEM_DATABASE, "unix:uid"));
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }

  /**
   * Prepares a clamd in a new directory below {@code parent}.
   *
   * @param connections the concurrent scans that it must be able to make
   */
  public static EmbeddedClamd prepare(Path parent, Path program, int connections)
      throws IOException {
    Files.createDirectories(parent);
    removeLeftovers(parent);
    Path directory =
        Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-");
    Optional<UserPrincipal> owner = owner(parent);
    boolean systemDatabase = holdsSignatures(SYSTEM_DATABASE);
    EmbeddedClamd clamd =
        new EmbeddedClamd(
            directory,
            systemDatabase ? SYSTEM_DATABASE : directory.resolve("database"),
            !systemDatabase,
            program,
            owner.map(UserPrincipal::getName));
    Files.createDirectory(directory.resolve("tmp"));
    if (!systemDatabase) {
      Files.createDirectory(clamd.database());
      try (InputStream signatures = EmbeddedClamd.class.getResourceAsStream(TEST_DATABASE)) {
        if (signatures == null) {
          throw new IOException(TEST_DATABASE + " is missing in the jar");
        }
        Files.copy(signatures, clamd.database().resolve(TEST_DATABASE));
      }
    }
    Files.writeString(clamd.configuration(), clamd.configurationText(connections));
    if (owner.isPresent()) {
      // The directory last: until then no other user can create anything in it.
      try (Stream<Path> created = Files.walk(directory)) {
        for (Path path : created.sorted(Comparator.reverseOrder()).toList()) {
          Files.setOwner(path, owner.get());
        }
      }
    }
    return clamd;
  }

  /** Removes the directories of engines that were killed. */
  private static void removeLeftovers(Path parent) throws IOException {
    try (Stream<Path> directories = Files.list(parent)) {
      directories.filter(EmbeddedClamd::isLeftover).forEach(EmbeddedClamd::removeLeftover);
    }
  }

  /** Another engine may remove the same directory now; the rest is removed at the next start. */
  private static void removeLeftover(Path directory) {
    try {
      removeTree(directory);
    } catch (UncheckedIOException e) {
      // It is removed by now, or cannot be: the engine starts nevertheless.
    }
  }

  private static boolean isLeftover(Path directory) {
    Matcher name = LEFTOVER.matcher(String.valueOf(directory.getFileName()));
    return name.matches() && ProcessHandle.of(Long.parseLong(name.group("pid"))).isEmpty();
  }

  /** Returns its socket; clamd listens there once its signatures are loaded. */
  public Path socket() {
    return directory.resolve("clamd.sock");
  }

  /** Returns the address of its socket. */
  ClamdAddress address() {
    return new ClamdAddress.Unix(socket().toString());
  }

  /** Returns its log file. */
  public Path log() {
    return directory.resolve("clamd.log");
  }

  /** Starts clamd. The calling thread must live as long as clamd shall run. */
  Process start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command(Capability.CAP_SETPCAP.isEffective()))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    return builder.start();
  }

  /** Removes its directory; the system's database stays. */
  void remove() {
    if (Files.exists(directory)) { // its supervisor has removed it, if one was started
      removeTree(directory);
    }
  }

  private static void removeTree(Path directory) {
    try (Stream<Path> left = Files.walk(directory)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the command line.
   *
   * @param canBound whether the engine may empty the bounding set of a process. Some versions of
   *     setpriv start nothing if it may not.
   */
  List<String> command(boolean canBound) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(
        SETSID)) { // Ctrl-C must not reach clamd, which the engine needs until its end
      command.addAll(List.of(SETSID.toString(), "--"));
    }
    if (Files.isExecutable(SETPRIV)) {
      command.add(SETPRIV.toString());
      command.add("--no-new-privs");
      user.ifPresent(
          name -> command.addAll(List.of("--reuid", name, "--regid", name, "--init-groups")));
      if (user.isPresent() && canBound) {
        command.add("--bounding-set=-all");
      }
      command.addAll(List.of("--pdeathsig", "KILL", "--"));
    }
    command.addAll(List.of(program.toString(), "--config-file", configuration().toString()));
    return command;
  }

  private Path configuration() {
    return directory.resolve("clamd.conf");
  }

  private String configurationText(int connections) {
    int threads = connections + 2;
    return String.join(
        "\n",
        "# Written by Nacre for the clamd it runs; a change here is lost.",
        "Foreground yes",
        "LocalSocket " + socket(),
        "LocalSocketMode 600",
        "FixStaleSocket yes",
        "DatabaseDirectory " + database,
        "TemporaryDirectory " + directory.resolve("tmp"),
        "LogFile " + log(),
        "LogTime yes",
        "LogFileMaxSize 4M",
        "MaxThreads " + threads,
        "MaxQueue " + Math.max(100, threads * 4),
        "MaxConnectionQueueLength 200",
        "");
  }

  private static Optional<UserPrincipal> owner(Path path) throws IOException {
    try {
      return Optional.of(
          path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
    } catch (UserPrincipalNotFoundException e) {
      return Optional.empty();
    }
  }

  private static boolean holdsSignatures(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> SIGNATURES.matcher(file.toString()).matches());
    }
  }
}
