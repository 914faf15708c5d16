package io.nacre.engine.scan.ondemand;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.scan.lookup.BytePaths;
import io.nacre.engine.scan.lookup.LocalFileFinder;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.process.IoPriority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has all files of the protected trees scanned that are not known, when it is told to and, if it is
 * to, when nobody needs the machine; so that their first open needs no scan. And all files below
 * any other path, when it is told to.
 *
 * <p>One sweep at a time, on a thread of its own that nobody waits for, and that reads from the
 * disk when nobody else does. One that somebody asked for ends when he asks for its progress no
 * more.
 */
public final class OnDemandScanner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnDemandScanner.class);

  /**
   * What it works with.
   *
   * @param maxFileSizeBytes the biggest file that is scanned
   * @param places the paths that are protected, and the mount points below them
   * @param mountsBelow where files of this machine are mounted below a path; in both each character
   *     is one byte
   * @param jobs what all jobs have in common
   * @param background takes the scans
   * @param hasTime whether there are connections that no opener needs
   * @param hasRoomFor whether descriptors are left, by the number of the last one
   * @param whenIdle whether it sweeps untold when nobody needs the machine
   */
  public record Setup(
      PathRules rules,
      OwnMounts ownMounts,
      CleanCache clean,
      InfectedFiles infected,
      long maxFileSizeBytes,
      Supplier<List<String>> places,
      Function<String, List<String>> mountsBelow,
      JobContext jobs,
      BackgroundSink background,
      BooleanSupplier hasTime,
      IntPredicate hasRoomFor,
      boolean whenIdle,
      LongSupplier nanoClock) {}

  private static final int AT_ONCE = 4;
  private static final int AT_ONCE_WHEN_IDLE = 1;

  /** After so many failures in a row clamd is not to be had. */
  private static final int FAILURES = 64;

  private static final long UNASKED_NANOS = Duration.ofSeconds(3).toNanos();
  private static final long LOOK_MILLIS = 500;
  private static final long FIRST_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long AGAIN_NANOS = Duration.ofHours(24).toNanos();

  /** What somebody wants swept: some paths, or all that is protected if there are none. */
  private record Ordered(List<String> paths, OnDemandScan sweep) {}

  private final Setup setup;
  private final MachineLoad load;
  private final Semaphore wishes = new Semaphore(0);
  private final Thread thread = new Thread(this::run, "sweeper");
  private volatile Optional<Ordered> ordered = Optional.empty();
  private volatile long askedAtNanos;
  private volatile boolean closed;

  // Of the idle sweeps; for the thread alone.
  private Optional<OnDemandWalk> paused = Optional.empty();
  private long nextNanos;
  private int signatures = -1;

  private OnDemandScanner(Setup setup) {
    this.setup = setup;
    this.load = new MachineLoad(Path.of("/proc"), setup.nanoClock());
    this.nextNanos = setup.nanoClock().getAsLong() + FIRST_NANOS;
  }

  /** Starts its thread. */
  public static OnDemandScanner start(Setup setup) {
    OnDemandScanner sweeper = new OnDemandScanner(setup);
    sweeper.thread.setDaemon(true); // it may hang in the kernel when everything else has ended
    sweeper.thread.start();
    return sweeper;
  }

  /**
   * Begins a sweep through all that is protected, or joins the one that somebody else has begun;
   * for any thread.
   *
   * @return how far it is, or nothing if one through something else is not over
   */
  public Optional<OnDemandScan.Progress> begin() {
    return begin(List.of());
  }

  /**
   * Does the same for {@code paths}, protected or not, and all below them.
   *
   * @param paths absolute and without symbolic links
   */
  public synchronized Optional<OnDemandScan.Progress> begin(List<String> paths) {
    if (ordered.filter(order -> !order.sweep().progress().isOver()).isEmpty()) {
      askedAtNanos = setup.nanoClock().getAsLong(); // before the thread looks whether somebody asks
      ordered = Optional.of(new Ordered(List.copyOf(paths), new OnDemandScan()));
      wishes.release();
    }
    return ordered.filter(order -> order.paths().equals(paths)).flatMap(order -> progress());
  }

  /** Returns how far the last sweep is that somebody began, which has it go on; for any thread. */
  public Optional<OnDemandScan.Progress> progress() {
    askedAtNanos = setup.nanoClock().getAsLong();
    return ordered.map(order -> order.sweep().progress());
  }

  /** Ends the sweep that somebody began; for any thread. */
  public void stop() {
    askedAtNanos = setup.nanoClock().getAsLong() - UNASKED_NANOS - 1;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    try (LocalFileFinder files = files(setup.rules())) {
      yieldTheDisk();
      while (!closed) {
        if (wishes.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          sweep(files, ordered.orElseThrow());
        } else if (setup.whenIdle()) {
          sweepWhenIdle(files);
        }
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  private LocalFileFinder files(PathRules rules) {
    return new LocalFileFinder(
        rules, setup.ownMounts(), setup.clean(), setup.infected(), setup.maxFileSizeBytes());
  }

  private static void yieldTheDisk() {
    try {
      IoPriority.setIdle();
    } catch (ErrnoException e) {
      LOG.info("sweeps read from the disk as everybody does: {}", e.getMessage());
    }
  }

  private void sweep(LocalFileFinder files, Ordered order) throws InterruptedException {
    if (order.paths().isEmpty()) {
      sweep(protectedScope(), files, order.sweep());
    } else {
      OnDemandScope scope = scopeOf(order.paths());
      try (LocalFileFinder named = files(scope.rules())) {
        sweep(scope, named, order.sweep());
      }
    }
  }

  private void sweep(OnDemandScope scope, LocalFileFinder files, OnDemandScan sweep)
      throws InterruptedException {
    OnDemandWalk walk = new OnDemandWalk(setup, scope, files, sweep, AT_ONCE);
    walk.count(this::isAsked);
    if (!walk.goOn(() -> isAsked() && !isFailing(sweep))) {
      sweep.addFailed(
          isFailing(sweep) ? "stopped, since clamd cannot be had" : "stopped before its end");
    }
    sweep.end();
  }

  private OnDemandScope protectedScope() {
    List<String> places = setup.places().get().stream().map(BytePaths::of).toList();
    return new OnDemandScope(setup.rules(), places, /* isForTheCache= */ true);
  }

  private OnDemandScope scopeOf(List<String> paths) {
    List<String> places = new ArrayList<>();
    paths.forEach(path -> places.add(BytePaths.of(path)));
    List.copyOf(places).forEach(path -> places.addAll(setup.mountsBelow().apply(path)));
    List<PathRules.Include> includes =
        paths.stream().map(path -> new PathRules.Include(path, List.of())).toList();
    return new OnDemandScope(new PathRules(includes), places, /* isForTheCache= */ false);
  }

  private boolean isAsked() {
    return !closed && setup.nanoClock().getAsLong() - askedAtNanos <= UNASKED_NANOS;
  }

  private static boolean isFailing(OnDemandScan sweep) {
    return sweep.failedInRow() >= FAILURES;
  }

  /** Goes on with the sweep that others were in the way of, or begins one if it is time. */
  private void sweepWhenIdle(LocalFileFinder files) throws InterruptedException {
    boolean hasNewSignatures = setup.infected().generation() != signatures;
    boolean isTime = setup.nanoClock().getAsLong() - nextNanos >= 0;
    if (!isCalm() || (paused.isEmpty() && !isTime && !(signatures >= 0 && hasNewSignatures))) {
      return;
    }
    if (paused.isEmpty() || hasNewSignatures) {
      signatures = setup.infected().generation();
      paused =
          Optional.of(
              new OnDemandWalk(
                  setup, protectedScope(), files, new OnDemandScan(), AT_ONCE_WHEN_IDLE));
    }
    OnDemandWalk walk = paused.get();
    if (walk.goOn(this::isCalm) || isFailing(walk.sweep())) {
      OnDemandScan.Progress done = walk.sweep().progress();
      LOG.info(
          "swept while nobody needed the machine: {} files scanned, {} known, {} infected, {} failed",
          done.scanned(),
          done.clean(),
          done.infected(),
          done.failed());
      walk.sweep().end();
      paused = Optional.empty();
      nextNanos = setup.nanoClock().getAsLong() + AGAIN_NANOS;
    }
  }

  private boolean isCalm() {
    return !closed
        && wishes.availablePermits() == 0
        && setup.hasTime().getAsBoolean()
        && !load.isBusy();
  }
}
