package io.nacre.engine.cli.demo;

import io.nacre.engine.cli.option.Version;
import io.nacre.engine.cli.selftest.ChildOpen;
import io.nacre.engine.cli.terminal.Terminal;
import io.nacre.engine.context.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/** {@code nacre demo}: the main functions step by step, on a directory of its own. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Starts an engine with a clamd of its own on a directory of its own. Shows that clean files"
          + " open and the EICAR test file does not, measures opens, freezes clamd, and stops the"
          + " engine. Prints the result of each step.",
      ""
    },
    footer = {"", "Exit codes: 0 every step held, 1 one did not, 69 the engine cannot start."})
public final class DemoCommand implements Callable<Integer> {
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  /** The time that scheduling may add to a bound before a step counts as broken. */
  private static final Duration SLACK = Duration.ofMillis(500);

  private static final Duration THAW_BOUND = Duration.ofSeconds(2);
  private static final Duration STOP_BOUND = Duration.ofSeconds(2);
  private static final Duration MOMENT = Duration.ofMillis(200);

  private final List<String> broken = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path temporary = Path.of(System.getenv().getOrDefault("TMPDIR", "/tmp"));
    Path directory = Files.createTempDirectory(temporary, "nacre-demo-");
    try {
      return show(directory);
    } finally {
      DemoFiles.remove(directory);
    }
  }

  private int show(Path directory) throws IOException, InterruptedException {
    Path tree = Files.createDirectory(directory.resolve("protected"));
    Path clean = Files.writeString(tree.resolve("clean.txt"), "Nothing to see here.\n");
    Path deepDirectory = Files.createDirectories(tree.resolve("one/two/three/four/five"));
    Path top = DemoFiles.writeEicar(tree.resolve("eicar.com"));
    Path deep = DemoFiles.writeEicar(deepDirectory.resolve("eicar.com"));
    DemoTimes unwatched = DemoTimes.reopen(clean);

    System.out.println();
    System.out.println("  Nacre protects " + tree + " and everything below it.");
    System.out.println("  The time of a single open includes the start of the process that opens.");
    System.out.println();
    try (DemoEngine engine = DemoEngine.start(directory, tree, DEADLINE)) {
      if (!engine.isReady()) {
        System.err.println(engine.messages());
        return ExitCode.UNAVAILABLE;
      }
      step("the engine is ready", true, "after " + millis(engine.startedIn()));
      open("a clean file", clean, /* denied= */ false);
      open("EICAR in the top directory", top, /* denied= */ true);
      open("EICAR five directories down", deep, /* denied= */ true);
      openInNewDirectory(tree);
      timeReopens(clean, unwatched);
      freeze(engine, tree);
      stop(engine, tree, top);
    }
    System.out.println();
    System.out.println(
        broken.isEmpty()
            ? "  Every step held. Protect your own: ./nacre protect DIR"
            : "  These steps did not hold: " + String.join("; ", broken));
    System.out.println();
    return broken.isEmpty() ? ExitCode.OK : ExitCode.FOUND;
  }

  private void openInNewDirectory(Path tree) throws IOException, InterruptedException {
    Path fresh = Files.createDirectory(tree.resolve("just-made"));
    TimeUnit.MILLISECONDS.sleep(MOMENT.toMillis());
    Path eicar = DemoFiles.writeEicar(fresh.resolve("eicar.com"));
    open("EICAR in a directory made a moment ago", eicar, /* denied= */ true);
  }

  private void timeReopens(Path clean, DemoTimes unwatched) throws IOException {
    DemoTimes watched = DemoTimes.reopen(clean);
    step(
        "opening a clean file again and again",
        watched.opens() > 0,
        String.format(
            Locale.ROOT,
            "%,.0f/s, median %,.0f µs (unwatched %,.0f/s, %,.1f µs)",
            watched.opensPerSecond(),
            watched.medianMicros(),
            unwatched.opensPerSecond(),
            unwatched.medianMicros()));
  }

  /** The files are written while clamd is frozen, so that no background scan caches them. */
  private void freeze(DemoEngine engine, Path tree) throws IOException, InterruptedException {
    engine.freezeClamd();
    Path clean = Files.writeString(tree.resolve("while-frozen.txt"), "Not scanned yet.\n");
    Path eicar = DemoFiles.writeEicar(tree.resolve("while-frozen.com"));
    ChildOpen open = ChildOpen.by(clean);
    step(
        "clamd frozen: an open returns at its deadline, " + millis(DEADLINE),
        open.succeeded()
            && open.took().compareTo(DEADLINE.minus(SLACK)) >= 0
            && open.took().compareTo(DEADLINE.plus(SLACK)) <= 0,
        open.describe());
    engine.thawClamd();
    Duration until = untilDenied(eicar);
    step(
        "clamd thawed: EICAR written meanwhile is denied",
        until.compareTo(THAW_BOUND) <= 0,
        millis(until) + " after the thaw");
  }

  private static Duration untilDenied(Path eicar) throws IOException {
    long start = System.nanoTime();
    Duration took;
    boolean denied;
    do {
      denied = ChildOpen.by(eicar).wasDenied();
      took = Duration.ofNanos(System.nanoTime() - start);
    } while (!denied && took.compareTo(THAW_BOUND) <= 0);
    return took;
  }

  private void stop(DemoEngine engine, Path tree, Path eicar)
      throws IOException, InterruptedException {
    engine.freezeClamd();
    Path file = Files.writeString(tree.resolve("while-stopping.txt"), "I wait.\n");
    CompletableFuture<ChildOpen> waiting = ChildOpen.inBackground(file);
    engine.awaitQueuedRequest();
    Duration took = engine.stop();
    ChildOpen open = waiting.join();
    step(
        "stopped, while an open waited for a frozen clamd",
        open.succeeded() && took.compareTo(STOP_BOUND) <= 0 && engine.exitCode() == ExitCode.OK,
        "in "
            + millis(took)
            + ", exit code "
            + engine.exitCode()
            + "; the open "
            + open.describe());
    ChildOpen afterwards = ChildOpen.by(eicar);
    step(
        "no open waits, and no mark is left",
        afterwards.succeeded() && engine.processesLeft() == 0,
        "EICAR opens again, " + engine.processesLeft() + " processes left");
  }

  private void open(String what, Path file, boolean denied) throws IOException {
    ChildOpen open = ChildOpen.by(file);
    boolean held = denied ? open.wasDenied() : open.succeeded();
    step(what + (denied ? " is denied" : " opens"), held, open.describe());
  }

  private void step(String what, boolean held, String seen) {
    if (!held) {
      broken.add(what);
    }
    String sign = held ? Terminal.green("ok    ") : Terminal.red("BROKEN");
    System.out.printf(Locale.ROOT, "  %s  %-54s  %s%n", sign, what, Terminal.dim(seen));
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + " ms";
  }
}
