package io.nacre.engine.cli.clamonacc;

import io.nacre.engine.clamdconf.ExcludeMeaning;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of clamonacc, and a few of ours. */
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
      description = "Say more, also how each line of clamd.conf was understood.")
  private boolean verbose;

  @Option(
      names = {"-l", "--log"},
      paramLabel = "FILE",
      description = "Say everything to FILE as well; it may be no symbolic link.")
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
      description = "Directories to protect besides those in clamd.conf, one on each line.")
  private @Nullable Path watchList;

  @Option(
      names = {"-e", "--exclude-list"},
      paramLabel = "FILE",
      description = "Directories to leave out, each with all below it, one on each line.")
  private @Nullable Path excludeList;

  @Option(names = "--remove", description = "Remove infected files for good.")
  private boolean remove;

  @Option(
      names = "--move",
      paramLabel = "DIR",
      description = "Move infected files into DIR; see nacre quarantine for how to get them back.")
  private @Nullable Path move;

  @Option(names = "--copy", paramLabel = "DIR", description = "Copy infected files into DIR.")
  private @Nullable Path copy;

  @Option(
      names = {"-z", "--allmatch"},
      description = "Means nothing: the first signature that matches is enough to deny.")
  private boolean allMatch;

  @Option(
      names = {"-m", "--multiscan"},
      description = "Means nothing: there are always several scans at a time.")
  private boolean multiscan;

  @Option(
      names = "--fdpass",
      description = "Means nothing: files go to a local clamd as descriptors anyway.")
  private boolean fdpass;

  @Option(names = "--stream", description = "Send files to clamd as a stream.")
  private boolean stream;

  @Option(names = "--fips-limits", description = "Means nothing here; it is for clamd.")
  private boolean fipsLimits;

  @Option(
      names = {"-p", "--ping"},
      paramLabel = "A[:I]",
      description = {
        "Ask clamd at most A times, every I seconds (1 if not given), whether it answers, and exit;"
            + " with --wait, start then."
      })
  private @Nullable String ping;

  @Option(
      names = {"-w", "--wait"},
      description = "Wait until clamd answers, 30 seconds unless --ping says otherwise.")
  private boolean wait;

  @Option(
      names = {"-i", "--infected"},
      description = "Say only what was found.")
  private boolean infected;

  @Option(names = "--quiet", description = "Say nothing but to the log file.")
  private boolean quiet;

  @Option(names = "--stdout", description = "Say it to standard output and not to standard error.")
  private boolean stdout;

  @Option(
      names = "--exclude-path",
      paramLabel = "regex|exact",
      defaultValue = "regex",
      description = {
        "What OnAccessExcludePath means: a regular expression, as from ClamAV 1.5 on, or exactly a"
            + " path, as before; ${DEFAULT-VALUE} if not given."
      })
  private ExcludeMeaning excludeMeaning = ExcludeMeaning.REGEX;

  @Option(
      names = "--pid-file",
      paramLabel = "FILE",
      description = "Write the process number there.")
  private @Nullable Path pidFile;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The control socket, for nacre status; /run/nacre/nacre.sock if not given.")
  private @Nullable Path socket;

  @Option(names = "--log-time", description = "Begin each line with the time.")
  private boolean logTime;

  @Option(names = "--log-opener", description = "Say of what was found who opened it.")
  private boolean logOpener;

  boolean help() {
    return help;
  }

  /** Returns the options that were said and mean nothing. */
  List<String> meaningless() {
    List<String> said = new ArrayList<>();
    if (allMatch) {
      said.add("--allmatch");
    }
    if (multiscan) {
      said.add("--multiscan");
    }
    if (fdpass) {
      said.add("--fdpass");
    }
    if (fipsLimits) {
      said.add("--fips-limits");
    }
    return said;
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

  /** Returns what becomes of an infected file, if that was said: as clamonacc takes several. */
  Optional<String> action() {
    if (move != null) {
      return Optional.of("move");
    }
    if (copy != null) {
      return Optional.of("copy");
    }
    return remove ? Optional.of("remove") : Optional.empty();
  }

  /** Returns where infected files go. */
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

  /** Returns how things are said. */
  OnAccessLog.Manner manner() {
    return new OnAccessLog.Manner(logTime, logOpener, infected);
  }
}
