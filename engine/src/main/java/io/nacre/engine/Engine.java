package io.nacre.engine;

import com.typesafe.config.ConfigFactory;
import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.clamd.EmbeddedClamd;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.config.WatchConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.intake.TriggerMask;
import io.nacre.engine.startup.KernelPrerequisites;
import io.nacre.engine.startup.StartupProbe;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.FanotifyGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gate: opens what the stages need, starts them, and stops them so that nobody is left
 * waiting.
 */
public final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private static final Duration READY_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration FIRST_WORD = Duration.ofSeconds(2);
  private static final Duration STOP_TIMEOUT = Duration.ofMillis(1200);

  private final EngineParts parts;
  private final ActorSystem<Guardian.Command> system;

  private Engine(EngineParts parts, ActorSystem<Guardian.Command> system) {
    this.parts = parts;
    this.system = system;
  }

  /** Starts an engine and returns when every path is protected or reported. */
  public static Engine start(EngineConfig asked, EngineContext surroundings)
      throws EngineStartException {
    try {
      EngineConfig config = KernelPrerequisites.withSupportedPrevention(asked);
      boolean prevention = config.watch().prevention() == WatchConfig.Prevention.ENFORCE;
      Engine engine =
          create(
              config,
              KernelPrerequisites.openGroup(prevention, config.watch().protect().get(0).path()),
              surroundings);
      try {
        engine.protect(config);
        return engine;
      } catch (EngineStartException e) {
        engine.stop();
        throw e;
      }
    } catch (IOException e) {
      throw new EngineStartException(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()), e);
    }
  }

  /** Creates an engine around {@code group} that neither reads nor marks yet. */
  private static Engine create(EngineConfig config, FanotifyGroup group, EngineContext surroundings)
      throws EngineStartException, IOException {
    EngineParts parts = Assembly.of(config, group, surroundings);
    ActorSystem<Guardian.Command> system =
        ActorSystem.create(
            Guardian.create(parts),
            "nacre",
            ConfigFactory.parseResources(Engine.class, "pekko.conf")
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    CompletionStage<Boolean> unused =
        system.getWhenTerminated().thenApply(done -> parts.failed().complete("the engine ended"));
    return new Engine(parts, system);
  }

  /** Starts to read, tries the whole way of an event, and places the marks. */
  private void protect(EngineConfig config) throws EngineStartException {
    awaitClamd(config.clamd().startTimeout());
    system.tell(Guardian.Read.INSTANCE);
    StartupProbe.run(
        new Marks(
            parts.places().marks().group(),
            TriggerMask.of(config.watch().prevention(), StartupProbe.TRIGGERS)),
        parts.jobs().counts(),
        config.policy().maxFileSizeBytes());
    system.tell(Guardian.Protect.INSTANCE);
    awaitReady();
  }

  /**
   * Starts an engine around {@code group} without any check: it neither waits for clamd nor runs
   * the startup probe. For class data training, where a socket stands in for the kernel.
   */
  public static Engine startUnchecked(
      EngineConfig config, FanotifyGroup group, EngineContext surroundings)
      throws EngineStartException, IOException {
    Engine engine = create(config, group, surroundings);
    engine.system.tell(Guardian.Read.INSTANCE);
    engine.system.tell(Guardian.Protect.INSTANCE);
    engine.awaitReady();
    return engine;
  }

  /** Returns the status, as values that JSON can hold. */
  public Map<String, Object> status() {
    return parts.status().status();
  }

  /** Forgets every verdict, so that everything is scanned again when it is opened. */
  public void flush() {
    long unused = parts.memory().signatures().invalidateAll("SIGUSR1");
  }

  /** Returns what is protected. */
  public List<Coverage.Entry> coverage() {
    return parts.places().coverage().entries();
  }

  /** Returns true if the signatures know nothing but the EICAR test file. */
  public boolean hasTestSignaturesOnly() {
    return parts.embedded().filter(EmbeddedClamd::isTestDatabase).isPresent();
  }

  /** Returns what completes, with a reason, when the engine cannot go on. */
  public CompletableFuture<String> failed() {
    return parts.failed();
  }

  /**
   * Stops: everybody who waits is answered, the marks go, our clamd ends. Takes less than two
   * seconds; whoever still waited then is let through by the kernel.
   */
  public void stop() {
    parts.stop().signal();
    parts.journal().close();
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("not everything stopped in time: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // Last, because a stage that still answered could otherwise write to a number used again.
    parts.places().marks().group().close();
    parts.places().outside().close();
    parts.memory().close();
    parts.deadMan().close();
    parts.reporter().close();
  }

  private void awaitClamd(Duration timeout) throws EngineStartException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    long firstWordNanos = System.nanoTime() + FIRST_WORD.toNanos();
    while (parts.clamds().best().state() == ClamdHealth.State.UNKNOWN
        && firstWordNanos - System.nanoTime() > 0) {
      pauseArmed(); // so that clamd is known as the scanner before anything is marked
    }
    while (parts.clamds().best().state() == ClamdHealth.State.STARTING) {
      if (deadlineNanos - System.nanoTime() < 0) {
        throw new EngineStartException(
            ExitCode.UNAVAILABLE,
            "clamd did not load its signatures within "
                + timeout.toSeconds()
                + " s; see "
                + parts.embedded().map(clamd -> clamd.log().toString()).orElse("its log")
                + ", or raise nacre.clamd.start-timeout");
      }
      pauseArmed();
    }
  }

  private void awaitReady() throws EngineStartException {
    try {
      CompletableFuture.anyOf(parts.ready(), parts.failed())
          .get(READY_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new EngineStartException(ExitCode.FAILED, "the marks could not be placed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (parts.failed().isDone()) {
      throw new EngineStartException(ExitCode.FAILED, parts.failed().join() + " while starting");
    }
  }

  /** Nobody reads yet, so nobody else re-arms the timer; and nothing is marked yet. */
  private void pauseArmed() throws EngineStartException {
    try {
      parts.deadMan().rearm();
    } catch (ErrnoException e) {
      throw new EngineStartException(ExitCode.FAILED, e.getMessage(), e);
    }
    pause();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
