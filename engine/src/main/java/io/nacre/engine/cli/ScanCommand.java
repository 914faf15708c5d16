package io.nacre.engine.cli;

import com.typesafe.config.Config;
import io.nacre.engine.ExitCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nacre scan}: has a running engine scan files that nobody opens. */
@Command(
    name = "scan",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Has a running engine scan all protected files that it does not know yet, behind every open"
          + " that waits, so that their first opens need no scan. Ctrl-C stops it.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 all clean, 1 something is infected, 2 something could not be scanned, 69 no"
          + " engine answers."
    })
final class ScanCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long PERIOD_MILLIS = 300;

  @Option(names = "--protected", description = "All that the engine protects.")
  private boolean protectedTrees;

  @Mixin private ControlSocket socket = new ControlSocket();

  private int found;

  @Override
  public Integer call() throws InterruptedException {
    if (!protectedTrees) {
      System.err.println("nacre: say what is to be scanned: --protected");
      return ExitCode.USAGE;
    }
    Thread stop = new Thread(() -> socket.ask("scan-stop", TIMEOUT), "scan-stop");
    Optional<Config> answer = socket.ask("scan-protected", TIMEOUT);
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

  private static boolean goesOn(Config progress) {
    return progress.hasPath("over") && !progress.getBoolean("over");
  }

  private void show(Config progress) {
    clearLine();
    tellWhatIsFound(progress);
    if (Terminal.isThere()) {
      System.out.print(SweepText.oneLine(progress, Terminal.columns() - 1));
      System.out.flush();
    }
  }

  private int end(Config progress) {
    clearLine();
    if (progress.hasPath("error")) {
      System.err.println("nacre: " + progress.getString("error"));
      return ExitCode.USAGE;
    }
    tellWhatIsFound(progress);
    progress
        .getStringList("problems")
        .forEach(problem -> System.err.println("nacre: " + SweepText.printable(problem)));
    System.out.println(SweepText.summary(progress));
    return SweepText.exitCode(progress);
  }

  private void tellWhatIsFound(Config progress) {
    List<? extends Config> all = progress.getConfigList("found");
    all.subList(Math.min(found, all.size()), all.size())
        .forEach(file -> System.out.println(SweepText.found(file)));
    found = all.size();
  }

  private static void clearLine() {
    if (Terminal.isThere()) {
      System.out.print("\r\033[K");
    }
  }
}
