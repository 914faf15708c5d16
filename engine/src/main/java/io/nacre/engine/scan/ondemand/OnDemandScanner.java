package io.nacre.engine.scan.ondemand;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.scan.lookup.BytePaths;
import io.nacre.engine.scan.lookup.FileScope;
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
 * The on-demand scans, one at a time: all files of some paths, or the protected files without a
 * cached verdict, so that their first open needs no scan. With {@code idle-scan} the protected
 * files are scanned as well when the machine is idle.
 *
 * <p>A thread of its own, which no other thread waits for, reads from the disk when no other does.
 * A scan on request ends when its progress is queried no more.
 */
public final class OnDemandScanner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OnDemandScanner.class);

  /**
   * What it works with.
   *
   * @param scope the protected files
   * @param places the paths that are protected, and the mount points below them
   * @param mountsBelow the mount points of local file systems below a path; in both each character
   *     is one byte
   * @param jobs what all jobs have in common
   * @param background takes the scans
   * @param hasTime whether there are connections that no opener needs
   * @param hasRoomFor whether a descriptor of this number leaves enough others
   * @param isIdleScan whether it scans without a request when the machine is idle
   */
  public record Setup(
      FileScope scope,
      OwnMounts ownMounts,
      CleanCache clean,
      InfectedFiles infected,
      Supplier<List<String>> places,
      Function<String, List<String>> mountsBelow,
      JobContext jobs,
      BackgroundSink background,
      BooleanSupplier hasTime,
      IntPredicate hasRoomFor,
      BooleanSupplier isIdleScan,
      LongSupplier nanoClock) {}

  private static final int AT_ONCE = 4;
  private static final int AT_ONCE_WHEN_IDLE = 1;

  /** After so many failures in a row clamd counts as unreachable. */
  private static final int FAILURES = 64;

  private static final long UNQUERIED_NANOS = Duration.ofSeconds(3).toNanos();
  private static final long IDLE_CHECK_MILLIS = 500;
  private static final long FIRST_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long AGAIN_NANOS = Duration.ofHours(24).toNanos();

  /** A requested scan: of some paths, or of everything that is protected if there are none. */
  private record Request(List<String> paths, OnDemandScan scan) {}

  private final Setup setup;
  private final MachineLoad load;
  private final Semaphore requests = new Semaphore(0);
  private final Thread thread = new Thread(this::run, "on-demand-scan");
  private volatile Optional<Request> requested = Optional.empty();
  private volatile long queriedAtNanos;
  private volatile boolean closed;

  // Of the scans of an idle machine; for the thread alone.
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
    OnDemandScanner scanner = new OnDemandScanner(setup);
    scanner.thread.setDaemon(true); // it may hang in the kernel when everything else has ended
    scanner.thread.start();
    return scanner;
  }

  /**
   * Begins a scan of all protected files, or joins the one that is under way; for any thread.
   *
   * @return its progress, or nothing while a scan of another scope is under way
   */
  public Optional<OnDemandScan.Progress> begin() {
    return begin(List.of());
  }

  /**
   * Begins a scan of {@code paths}, protected or not, and of all files below them, or joins the one
   * that is under way; for any thread.
   *
   * @param paths absolute and without symbolic links
   * @return its progress, or nothing while a scan of another scope is under way
   */
  public synchronized Optional<OnDemandScan.Progress> begin(List<String> paths) {
    if (requested.filter(request -> !request.scan().progress().isOver()).isEmpty()) {
      queriedAtNanos = setup.nanoClock().getAsLong(); // before the thread checks it
      requested = Optional.of(new Request(List.copyOf(paths), new OnDemandScan()));
      requests.release();
    }
    return requested
        .filter(request -> request.paths().equals(paths))
        .flatMap(request -> progress());
  }

  /** Returns the progress of the last requested scan, and keeps it alive; for any thread. */
  public Optional<OnDemandScan.Progress> progress() {
    queriedAtNanos = setup.nanoClock().getAsLong();
    return requested.map(request -> request.scan().progress());
  }

  /** Ends the requested scan; for any thread. */
  public void stop() {
    queriedAtNanos = setup.nanoClock().getAsLong() - UNQUERIED_NANOS - 1;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    try (LocalFileFinder files = files(setup.scope())) {
      yieldTheDisk();
      while (!closed) {
        if (requests.tryAcquire(IDLE_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
          scan(files, requested.orElseThrow());
        } else if (setup.isIdleScan().getAsBoolean()) {
          scanWhenIdle(files);
        }
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  private LocalFileFinder files(FileScope scope) {
    return new LocalFileFinder(scope, setup.ownMounts(), setup.clean(), setup.infected());
  }

  private static void yieldTheDisk() {
    try {
      IoPriority.setIdle();
    } catch (ErrnoException e) {
      LOG.info("on-demand scans use the disk with normal priority: {}", e.getMessage());
    }
  }

  private void scan(LocalFileFinder files, Request request) throws InterruptedException {
    if (request.paths().isEmpty()) {
      scan(protectedScope(), files, request.scan());
    } else {
      OnDemandScope scope = scopeOf(request.paths());
      try (LocalFileFinder named = files(setup.scope().with(scope.rules()))) {
        scan(scope, named, request.scan());
      }
    }
  }

  private void scan(OnDemandScope scope, LocalFileFinder files, OnDemandScan progress)
      throws InterruptedException {
    OnDemandWalk walk = new OnDemandWalk(setup, scope, files, progress, AT_ONCE);
    walk.count(this::isQueried);
    if (!walk.goOn(() -> isQueried() && !isFailing(progress))) {
      progress.addFailed(
          isFailing(progress)
              ? "stopped, since clamd cannot be reached"
              : "stopped before its end");
    }
    progress.end();
  }

  private OnDemandScope protectedScope() {
    List<String> places = setup.places().get().stream().map(BytePaths::of).toList();
    return new OnDemandScope(setup.scope().rules(), places, /* isForTheCache= */ true);
  }

  private OnDemandScope scopeOf(List<String> paths) {
    List<String> places = new ArrayList<>();
    paths.forEach(path -> places.add(BytePaths.of(path)));
    List.copyOf(places).forEach(path -> places.addAll(setup.mountsBelow().apply(path)));
    List<PathRules.Include> includes =
        paths.stream().map(path -> new PathRules.Include(path, List.of())).toList();
    return new OnDemandScope(new PathRules(includes), places, /* isForTheCache= */ false);
  }

  private boolean isQueried() {
    return !closed && setup.nanoClock().getAsLong() - queriedAtNanos <= UNQUERIED_NANOS;
  }

  private static boolean isFailing(OnDemandScan progress) {
    return progress.failedInRow() >= FAILURES;
  }

  /** Goes on with a scan that was paused for other work, or begins one when it is time. */
  private void scanWhenIdle(LocalFileFinder files) throws InterruptedException {
    boolean hasNewSignatures = setup.infected().generation() != signatures;
    boolean isTime = setup.nanoClock().getAsLong() - nextNanos >= 0;
    if (!isIdle() || (paused.isEmpty() && !isTime && !(signatures >= 0 && hasNewSignatures))) {
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
    if (walk.goOn(this::isIdle) || isFailing(walk.progress())) {
      OnDemandScan.Progress done = walk.progress().progress();
      LOG.info(
          "scanned while the machine was idle: {} files scanned, {} cached, {} infected, {} failed",
          done.scanned(),
          done.clean(),
          done.infected(),
          done.failed());
      walk.progress().end();
      paused = Optional.empty();
      nextNanos = setup.nanoClock().getAsLong() + AGAIN_NANOS;
    }
  }

  private boolean isIdle() {
    return !closed
        && requests.availablePermits() == 0
        && setup.hasTime().getAsBoolean()
        && !load.isBusy();
  }
}
