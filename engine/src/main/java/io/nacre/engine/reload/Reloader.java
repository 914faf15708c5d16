package io.nacre.engine.reload;

import io.nacre.engine.config.Configuration;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.ConfigurationSource;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.ops.ServiceNotification;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reloads of an engine's configuration, one after the other: reads the files, has the engine
 * apply what has changed, and reports the outcome to the log, the status and the service manager.
 *
 * <ul>
 *   <li>Owns: the thread of the reloads, and the last outcome.
 *   <li>Must not own: a stage; the engine changes them.
 *   <li>Hands to: the {@link ReloadTarget}.
 *   <li>Thread: any thread requests a reload; its own does it.
 * </ul>
 */
public final class Reloader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

  /** Reloads that wait for the one under way; a further one would find the same files. */
  private static final int WAITING = 8;

  /** The longest wait for the walk of new paths, which goes on behind it. */
  private static final Duration WALK_MAX = Duration.ofMinutes(1);

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneId.systemDefault());

  private final ConfigurationSource source;
  private final ReloadTarget target;
  private final ServiceNotification service;
  private final Clock clock;
  private volatile boolean isUnderWay;
  private volatile Successor successor = Successor.NONE;
  private volatile Optional<ReloadOutcome> last = Optional.empty();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          task -> {
            Thread started = new Thread(task, "reload");
            started.setDaemon(true);
            return started;
          });

  /** Reloads of {@code source} into {@code target}. */
  public Reloader(
      ConfigurationSource source, ReloadTarget target, ServiceNotification service, Clock clock) {
    this.source = source;
    this.target = target;
    this.service = service;
    this.clock = clock;
  }

  /** Uses {@code next} for what this process cannot apply. */
  public void setSuccessor(Successor next) {
    successor = next;
  }

  /** Requests a reload; completes with its outcome. */
  public CompletableFuture<ReloadOutcome> request() {
    try {
      return CompletableFuture.supplyAsync(this::reload, thread);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(
          ReloadOutcome.refused(
              clock.instant(), List.of("too many reloads wait already; reload again later")));
    }
  }

  /** Returns the last outcome on one line, for the status; empty before the first reload. */
  public String status() {
    return last.map(outcome -> TIME.format(outcome.at()) + " " + outcome.text()).orElse("");
  }

  /** Returns whether the configuration changes now. */
  public boolean isUnderWay() {
    return isUnderWay;
  }

  private ReloadOutcome reload() {
    service.reloading();
    isUnderWay = true;
    ReloadOutcome outcome;
    try {
      outcome = successor.isUnderWay() ? refusedDuringRestart() : apply(source.read());
    } catch (ConfigurationException e) {
      outcome = ReloadOutcome.refused(clock.instant(), e.problems());
    } catch (EngineStartException | IOException | RuntimeException e) {
      outcome = ReloadOutcome.refused(clock.instant(), List.of(String.valueOf(e.getMessage())));
    }
    isUnderWay = false;
    last = Optional.of(outcome);
    if (outcome.isRefused()) {
      LOG.warn("the configuration is refused, and nothing has changed");
      outcome.problems().forEach(problem -> LOG.warn("{}", problem));
    } else {
      LOG.info("configuration: {}", outcome.text());
    }
    service.ready("configuration " + outcome.text());
    return outcome;
  }

  private ReloadOutcome refusedDuringRestart() {
    return ReloadOutcome.refused(
        clock.instant(), List.of("a restart is under way, which reads the configuration as well"));
  }

  private ReloadOutcome apply(Configuration read)
      throws ConfigurationException, EngineStartException, IOException {
    EngineConfig old = target.asked();
    EngineConfig next = read.engine();
    EngineConfig live = next.withProcessOf(old);
    if (!live.equals(old)) {
      await(target.apply(live).toCompletableFuture());
      source.onApplied(live);
    }
    List<String> changed = ChangedKeys.between(source.accepted().effective(), read.effective());
    if (next.equals(live)) {
      source.accept(read);
    }
    List<String> later = changed.stream().filter(ProcessKeys::needNewProcess).toList();
    boolean isHandedOver =
        !later.isEmpty() && later.stream().noneMatch(ProcessKeys::needStop) && beginHandOver();
    return new ReloadOutcome(
        clock.instant(),
        changed.stream().filter(key -> !later.contains(key)).toList(),
        isHandedOver ? later : List.of(),
        isHandedOver ? List.of() : later,
        next.start().controlSocket(),
        List.of());
  }

  /** Has a successor apply the rest, which reads the files itself; returns false if none can. */
  private boolean beginHandOver() {
    CompletableFuture<Integer> begun = successor.begin().toCompletableFuture();
    if (begun.isCompletedExceptionally()) {
      LOG.warn("there is no hand-over: {}", begun.handle((pid, failure) -> failure).join());
      return false;
    }
    return true;
  }

  private static void await(CompletableFuture<Void> applied) {
    try {
      applied.get(WALK_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.warn("not every path is walked yet; see nacre status");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a change failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
