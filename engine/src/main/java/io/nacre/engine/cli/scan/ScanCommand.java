package io.nacre.engine.cli.scan;

import io.nacre.engine.cli.option.ControlSocket;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.cli.terminal.Terminal;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nacre scan}: an on-demand scan of files by a running engine. */
@Command(
    name = "scan",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Has a running engine scan files, and directories with everything below them. Opens that wait"
          + " come first, and so do other programs that read from the disk. Protected files that are"
          + " cached as clean are not scanned again. Network and FUSE file systems below a path are left"
          + " out. Infected files are reported like those found at an open. Ctrl-C stops the scan.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 all clean, 1 a file is infected, 2 a file could not be scanned, 69 no engine"
          + " answers."
    })
public final class ScanCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long PERIOD_MILLIS = 300;

  @Parameters(
      paramLabel = "PATH",
      arity = "0..*",
      description = "The files and directories to scan.")
  private List<Path> paths = List.of();

  @Option(
      names = "--protected",
      description = "Scan everything that the engine protects, so that first opens need no scan.")
  private boolean protectedTrees;

  @Mixin private ControlSocket socket = new ControlSocket();

  private final long startNanos = System.nanoTime();
  private int printed;

  @Override
  public Integer call() throws InterruptedException {
    if (protectedTrees == !paths.isEmpty()) {
      System.err.println("nacre: name what to scan: either PATH, or --protected");
      return ExitCode.USAGE;
    }
    List<String> real = new ArrayList<>();
    paths.forEach(path -> resolve(path).ifPresent(real::add));
    boolean areAllThere = real.size() == paths.size();
    if (!areAllThere && real.isEmpty()) {
      return ExitCode.USAGE;
    }
    int exitCode = scan(real);
    return exitCode == ExitCode.OK && !areAllThere ? ExitCode.USAGE : exitCode;
  }

  private static Optional<String> resolve(Path path) {
    try {
      return Optional.of(path.toRealPath().toString());
    } catch (IOException e) {
      String why =
          Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? "cannot be read" : "does not exist";
      System.err.println("nacre: " + OnDemandScanText.printable(path.toString()) + " " + why);
      return Optional.empty();
    }
  }

  private int scan(List<String> real) throws InterruptedException {
    Thread stop = new Thread(() -> socket.ask("scan-stop", TIMEOUT), "scan-stop");
    Map<String, Object> begin =
        real.isEmpty() ? Map.of("command", "scan") : Map.of("command", "scan", "paths", real);
    Optional<JsonObject> answer = socket.ask(begin, TIMEOUT);
    boolean isOver = answer.filter(ScanCommand::isRunning).isEmpty();
    if (!isOver) {
      Runtime.getRuntime()
          .addShutdownHook(stop); // the engine would notice a moment later by itself
    }
    while (!isOver) {
      show(answer.orElseThrow());
      TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
      answer = socket.ask("scan-progress", TIMEOUT);
      isOver = answer.filter(ScanCommand::isRunning).isEmpty();
      if (isOver) {
        Runtime.getRuntime().removeShutdownHook(stop);
      }
    }
    return answer.map(this::end).orElse(ExitCode.UNAVAILABLE);
  }

  private static boolean isRunning(JsonObject progress) {
    return progress.has("over") && !progress.getBoolean("over");
  }

  private void show(JsonObject progress) {
    clearLine();
    printDetections(progress);
    if (Terminal.isThere()) {
      System.out.print(OnDemandScanText.bar(progress, Terminal.columns() - 1));
      System.out.flush();
    }
  }

  private int end(JsonObject progress) {
    clearLine();
    if (progress.has("error")) {
      System.err.println("nacre: " + progress.getString("error"));
      return ExitCode.USAGE;
    }
    printDetections(progress);
    progress
        .getStrings("problems")
        .forEach(problem -> System.err.println("nacre: " + OnDemandScanText.printable(problem)));
    System.out.println(OnDemandScanText.summary(progress, System.nanoTime() - startNanos));
    return OnDemandScanText.exitCode(progress);
  }

  private void printDetections(JsonObject progress) {
    List<? extends JsonObject> all = progress.getObjects("found");
    all.subList(Math.min(printed, all.size()), all.size())
        .forEach(file -> System.out.println(OnDemandScanText.found(file)));
    printed = all.size();
  }

  private static void clearLine() {
    if (Terminal.isThere()) {
      System.out.print("\r\033[K");
    }
  }
}
