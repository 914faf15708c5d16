package io.nacre.engine.cli.run;

import io.nacre.engine.cli.option.Version;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.config.ProtectedPath;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.control.ControlClient;
import io.nacre.engine.json.Json;
import io.nacre.engine.watch.place.MountPoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nacre protect}: an engine for some directories, with its detections on the terminal. */
@Command(
    name = "protect",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Protects directories, with everything below them, until Ctrl-C or SIGTERM.",
      "",
      "Prints a line for each detection: the answer, time, file, signature, process, and how long the"
          + " open waited.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 stopped, 2 usage, 69 clamd or fanotify unavailable, 77 missing privilege, 78 a"
          + " directory that cannot be protected."
    })
public final class ProtectCommand implements Callable<Integer> {
  private static final Path CONTROL_SOCKET = Path.of("/run/nacre/nacre.sock");

  @Parameters(arity = "1..*", paramLabel = "DIR", description = "The directories to protect.")
  private List<String> directories = new ArrayList<>();

  @Option(
      names = "--strategy",
      paramLabel = "ddd|filesystem",
      defaultValue = "ddd",
      description = "Mark each directory, or the whole file system; ${DEFAULT-VALUE} if not given.")
  private String strategy = "ddd";

  @Option(names = "--detect", description = "Only report detections; deny no open.")
  private boolean detect;

  @Override
  public Integer call() {
    System.setProperty("nacre.log.level", "WARN"); // before the first logger exists
    EngineConfig config;
    try {
      List<String> paths = new ArrayList<>();
      for (String directory : directories) {
        if (directory.isBlank()) {
          throw new IllegalArgumentException("a directory has no name; is a shell variable empty?");
        }
        paths.add(resolve(directory));
      }
      config = ConfigFile.parse(configuration(paths), "the command line");
    } catch (IllegalArgumentException e) {
      System.err.println("nacre: " + e.getMessage());
      return ExitCode.CONFIGURATION;
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> System.err.println("nacre: " + problem));
      return ExitCode.CONFIGURATION;
    }
    ProtectView view = new ProtectView(System.out);
    return new EngineRun(config).run(view, view::show);
  }

  private static String resolve(String directory) {
    String path = ProtectedPath.resolve(Path.of(directory).toAbsolutePath().toString()).toString();
    Optional<String> type = MountPoints.pseudoTypeAt(path);
    if (type.isPresent()) {
      throw new IllegalArgumentException(
          path + " lies on " + type.get() + ", a file system of the kernel without stored files");
    }
    return path;
  }

  private String configuration(List<String> paths) {
    return Json.write(
        Map.of(
            "nacre",
            Map.of(
                "protect",
                paths,
                "strategy",
                strategy,
                "prevention",
                detect ? "detect" : "enforce",
                "detection",
                Map.of("events", ""), // the terminal shows the detections
                "control",
                Map.of("socket", hasAnotherEngine() ? "" : CONTROL_SOCKET.toString()))));
  }

  /** Returns true if another engine has the socket; this one then goes without. */
  private static boolean hasAnotherEngine() {
    try {
      ControlClient.ask(CONTROL_SOCKET, "status");
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
