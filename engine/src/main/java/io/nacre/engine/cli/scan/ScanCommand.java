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

/** {@code nacre scan}: has a running engine scan files that nobody opens. */
@Command(
    name = "scan",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Has a running engine scan files and directories with all below them, behind every open that"
          + " waits and when nobody else reads from the disk. What is protected and known to be"
          + " clean is not scanned again; file systems of daemons and servers below a path are left"
          + " out. What is found is reported as if it was opened. Ctrl-C stops it.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 all clean, 1 something is infected, 2 something could not be scanned, 69 no"
          + " engine answers."
    })
public final class ScanCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long PERIOD_MILLIS = 300;

  @Parameters(paramLabel = "PATH", arity = "0..*", description = "What is scanned.")
  private List<Path> paths = List.of();

  @Option(
      names = "--protected",
      description = "All that the engine protects, so that first opens need no scan.")
  private boolean protectedTrees;

  @Mixin private ControlSocket socket = new ControlSocket();

  private final long startNanos = System.nanoTime();
  private int found;

  @Override
  public Integer call() throws InterruptedException {
    if (protectedTrees == !paths.isEmpty()) {
      System.err.println("nacre: say what is to be scanned: PATH, or --protected");
      return ExitCode.USAGE;
    }
    List<String> real = new ArrayList<>();
    paths.forEach(path -> resolve(path).ifPresent(real::add));
    boolean isWhole = real.size() == paths.size();
    if (!isWhole && real.isEmpty()) {
      return ExitCode.USAGE;
    }
    int exitCode = scan(real);
    return exitCode == ExitCode.OK && !isWhole ? ExitCode.USAGE : exitCode;
  }

  private static Optional<String> resolve(Path path) {
    try {
      return Optional.of(path.toRealPath().toString());
    } catch (IOException e) {
      String why =
          Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? "cannot be read" : "is not there";
      System.err.println("nacre: " + OnDemandScanText.printable(path.toString()) + " " + why);
      return Optional.empty();
    }
  }

  private int scan(List<String> real) throws InterruptedException {
    Thread stop = new Thread(() -> socket.ask("scan-stop", TIMEOUT), "scan-stop");
    Map<String, Object> begin =
        real.isEmpty() ? Map.of("command", "scan") : Map.of("command", "scan", "paths", real);
    Optional<JsonObject> answer = socket.ask(begin, TIMEOUT);
    boolean isOver = answer.filter(ScanCommand::goesOn).isEmpty();
    if (!isOver) {
      Runtime.getRuntime().addShutdownHook(stop); // else it would go on for another moment
    }
    while (!isOver) {
      show(answer.orElseThrow());
      TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
      answer = socket.ask("scan-progress", TIMEOUT);
      isOver = answer.filter(ScanCommand::goesOn).isEmpty();
      if (isOver) {
        Runtime.getRuntime().removeShutdownHook(stop);
      }
    }
    return answer.map(this::end).orElse(ExitCode.UNAVAILABLE);
  }

  private static boolean goesOn(JsonObject progress) {
    return progress.has("over") && !progress.getBoolean("over");
  }

  private void show(JsonObject progress) {
    clearLine();
    tellWhatIsFound(progress);
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
    tellWhatIsFound(progress);
    progress
        .getStrings("problems")
        .forEach(problem -> System.err.println("nacre: " + OnDemandScanText.printable(problem)));
    System.out.println(OnDemandScanText.summary(progress, System.nanoTime() - startNanos));
    return OnDemandScanText.exitCode(progress);
  }

  private void tellWhatIsFound(JsonObject progress) {
    List<? extends JsonObject> all = progress.getObjects("found");
    all.subList(Math.min(found, all.size()), all.size())
        .forEach(file -> System.out.println(OnDemandScanText.found(file)));
    found = all.size();
  }

  private static void clearLine() {
    if (Terminal.isThere()) {
      System.out.print("\r\033[K");
    }
  }
}
