package io.nacre.engine.cli.clamonacc;

import io.nacre.engine.clamdconf.ExcludeMeaning;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of clamonacc, and a few of Nacre's. */
final class ClamonaccOptions {

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      description = "Show the version of clamd, or of Nacre if no clamd answers.")
  private boolean version;

  @Option(
      names = {"-v", "--verbose"},
      description = "Print more, also how each line of clamd.conf was understood.")
  private boolean verbose;

  @Option(
      names = {"-l", "--log"},
      paramLabel = "FILE",
      description = "Also write every message to FILE, which may not be a symbolic link.")
  private @Nullable Path log;

  @Option(
      names = {"-F", "--foreground"},
      description = "Stay in the foreground.")
  private boolean foreground;

  @Option(
      names = {"-c", "--config-file"},
      paramLabel = "FILE",
      defaultValue = "/etc/clamav/clamd.conf",
      description = "The clamd.conf; ${DEFAULT-VALUE} if not given.")
  private Path configFile = Path.of("/etc/clamav/clamd.conf");

  @Option(
      names = {"-W", "--watch-list", "--include-list"},
      paramLabel = "FILE",
      description = "Directories to protect besides those in clamd.conf, one a line.")
  private @Nullable Path watchList;

  @Option(
      names = {"-e", "--exclude-list"},
      paramLabel = "FILE",
      description = "Directories to exclude, with everything below, one a line.")
  private @Nullable Path excludeList;

  @Option(names = "--remove", description = "Remove infected files for good.")
  private boolean remove;

  @Option(
      names = "--move",
      paramLabel = "DIR",
      description = "Move infected files into DIR; nacre quarantine restores them.")
  private @Nullable Path move;

  @Option(names = "--copy", paramLabel = "DIR", description = "Copy infected files into DIR.")
  private @Nullable Path copy;

  @Option(
      names = {"-z", "--allmatch"},
      description = "No effect: the first signature that matches is enough to deny.")
  private boolean allMatch;

  @Option(
      names = {"-m", "--multiscan"},
      description = "No effect: there are always several scans at a time.")
  private boolean multiscan;

  @Option(
      names = "--fdpass",
      description = "No effect: a local clamd always gets files as descriptors.")
  private boolean fdpass;

  @Option(names = "--stream", description = "Send files to clamd as a stream.")
  private boolean stream;

  @Option(names = "--fips-limits", description = "No effect: it is an option of clamd.")
  private boolean fipsLimits;

  @Option(
      names = {"-p", "--ping"},
      paramLabel = "A[:I]",
      description = {
        "Ping clamd at most A times, every I seconds (1 if not given), and exit; with --wait, start"
            + " when it answers."
      })
  private @Nullable String ping;

  @Option(
      names = {"-w", "--wait"},
      description = "Wait until clamd answers, 30 seconds unless --ping says otherwise.")
  private boolean wait;

  @Option(
      names = {"-i", "--infected"},
      description = "Print detections only.")
  private boolean infected;

  @Option(names = "--quiet", description = "Print nothing; write only to the log file.")
  private boolean quiet;

  @Option(names = "--stdout", description = "Print to standard output instead of standard error.")
  private boolean stdout;

  @Option(
      names = "--exclude-path",
      paramLabel = "regex|exact",
      defaultValue = "regex",
      description = {
        "How OnAccessExcludePath is read: as a regular expression, like ClamAV 1.5 and later, or as"
            + " exactly a path, like versions before; ${DEFAULT-VALUE} if not given."
      })
  private ExcludeMeaning excludeMeaning = ExcludeMeaning.REGEX;

  @Option(names = "--pid-file", paramLabel = "FILE", description = "Write the process ID to FILE.")
  private @Nullable Path pidFile;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The control socket, for nacre status; /run/nacre/nacre.sock if not given.")
  private @Nullable Path socket;

  @Option(names = "--log-time", description = "Begin each line with the time.")
  private boolean logTime;

  @Option(names = "--log-opener", description = "Add the opener to each detection.")
  private boolean logOpener;

  boolean help() {
    return help;
  }

  /** Returns the given options that have no effect. */
  List<String> withoutEffect() {
    List<String> given = new ArrayList<>();
    if (allMatch) {
      given.add("--allmatch");
    }
    if (multiscan) {
      given.add("--multiscan");
    }
    if (fdpass) {
      given.add("--fdpass");
    }
    if (fipsLimits) {
      given.add("--fips-limits");
    }
    return given;
  }

  boolean version() {
    return version;
  }

  boolean verbose() {
    return verbose;
  }

  Optional<Path> log() {
    return Optional.ofNullable(log);
  }

  boolean isForeground() {
    return foreground;
  }

  Path configFile() {
    return configFile;
  }

  Optional<Path> watchList() {
    return Optional.ofNullable(watchList).map(Path::toAbsolutePath);
  }

  Optional<Path> excludeList() {
    return Optional.ofNullable(excludeList).map(Path::toAbsolutePath);
  }

  /** Returns the action on an infected file; the first of several counts, as in clamonacc. */
  Optional<String> action() {
    if (move != null) {
      return Optional.of("move");
    }
    if (copy != null) {
      return Optional.of("copy");
    }
    return remove ? Optional.of("remove") : Optional.empty();
  }

  /** Returns the directory for infected files. */
  Optional<Path> quarantine() {
    return Optional.ofNullable(move).or(() -> Optional.ofNullable(copy));
  }

  boolean stream() {
    return stream;
  }

  Optional<String> ping() {
    return Optional.ofNullable(ping);
  }

  boolean await() {
    return wait;
  }

  boolean quiet() {
    return quiet;
  }

  boolean stdout() {
    return stdout;
  }

  ExcludeMeaning excludeMeaning() {
    return excludeMeaning;
  }

  Optional<Path> pidFile() {
    return Optional.ofNullable(pidFile);
  }

  Optional<Path> socket() {
    return Optional.ofNullable(socket);
  }

  /** Returns the style of the messages. */
  OnAccessLog.Manner manner() {
    return new OnAccessLog.Manner(logTime, logOpener, infected);
  }
}
