package io.nacre.engine.cli.run;

import io.nacre.engine.Engine;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigurationSource;
import io.nacre.engine.detection.record.DetectionRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An engine with one part that fails as soon as a file exists, to test the rest of it.
 *
 * <p>The parts of the engine fail in the middle of their work: when they read the clock.
 */
public final class FaultyEngine {

  /** How a part fails. */
  public enum Fault {
    /** By an unexpected exception. */
    EXCEPTION,
    /** By an error that a program may survive. */
    ERROR,
    /** By an error that no program should survive. */
    FATAL,
    /** By ending the program as if all were well. */
    EXIT,
    /** By never coming back. */
    HANG
  }

  /** The part that receives detections. */
  public static final String LISTENER = "listener";

  /** A thread without a supervisor. */
  public static final String THREAD = "thread";

  /** The thread that waits for the end. */
  public static final String MAIN = "main";

  private static final Path DIST = Path.of("target/nacre").toAbsolutePath();

  private final String part;
  private final Fault fault;
  private final Path trigger;
  private volatile boolean armed;

  private FaultyEngine(String part, Fault fault, Path trigger) {
    this.part = part;
    this.fault = fault;
    this.trigger = trigger;
  }

  /**
   * Returns the command that runs one, but for {@code --config FILE}.
   *
   * @param part a prefix of the names of the classes that fail, or one of the parts above
   * @param trigger the file
   */
  public static List<String> command(String part, Fault fault, Path trigger) {
    return List.of(
        ProcessHandle.current().info().command().orElseThrow(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "-XX:SharedArchiveFile=" + DIST.resolve("nacre.jsa"),
        "-cp",
        jars() + ":" + Path.of("target/test-classes").toAbsolutePath(),
        FaultyEngine.class.getName(),
        part,
        fault.name(),
        trigger.toString());
  }

  /** Returns the class path of the launcher, without which the archive of classes is not used. */
  private static String jars() {
    try (Stream<Path> jars = Files.list(DIST.resolve("lib"))) {
      return jars.map(Path::toString).sorted().collect(Collectors.joining(":"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs {@code PART FAULT TRIGGER --config FILE}. */
  public static void main(String[] arguments) throws Exception {
    FaultyEngine engine =
        new FaultyEngine(arguments[0], Fault.valueOf(arguments[1]), Path.of(arguments[2]));
    EngineRun run =
        new EngineRun(
            ConfigFile.read(Path.of(arguments[4])),
            ConfigurationSource.NONE,
            Optional.empty(),
            engine::nanoTime);
    System.exit(run.run(engine::report, engine::whileRunning));
  }

  private long nanoTime() {
    if (armed
        && StackWalker.getInstance()
            .walk(frames -> frames.anyMatch(frame -> frame.getClassName().startsWith(part)))) {
      fail();
    }
    return System.nanoTime();
  }

  private void report(DetectionRecord record) {
    if (armed && part.equals(LISTENER)) {
      fail();
    }
    System.err.println("reported " + record.detection().path());
  }

  private void whileRunning(Engine engine) {
    Thread wait = new Thread(this::awaitTrigger, "fault");
    wait.start();
    if (part.equals(MAIN)) {
      join(wait);
      fail();
    }
  }

  private void awaitTrigger() {
    while (!Files.exists(trigger)) {
      pause();
    }
    armed = true;
    if (part.equals(THREAD)) {
      fail();
    }
  }

  private void fail() {
    switch (fault) {
      case EXCEPTION -> throw new IllegalStateException("a fault");
      case ERROR -> throw new AssertionError("a fault");
      case FATAL -> throw new NoClassDefFoundError("a fault");
      case EXIT -> System.exit(0);
      case HANG -> hang();
    }
  }

  private static void hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
