package io.nacre.engine.startup;

import io.nacre.engine.caching.VerdictCaches;
import io.nacre.engine.detection.Reporter;
import io.nacre.engine.kernelcache.KernelCache;
import io.nacre.engine.scan.prefetch.Prefetcher;
import io.nacre.engine.scan.rescan.UnscannedRecorder;
import io.nacre.linux.ErrnoException;
import java.util.Optional;

/**
 * The list of everything that is warmed up before the first mark. Each part runs its code once, on
 * values of no file, which loads its classes and links its call sites.
 *
 * <p>After the first mark it would be too late: a thread that answers opens would wait for its own
 * answer if it loaded a class from a marked file. The code between the parts, from the reader to
 * the answer, is warmed up by the {@link StartupProbe}.
 */
public final class WarmUp {

  private WarmUp() {}

  /** Warms up all parts; only while no actor of the engine runs. */
  public static void run(
      VerdictCaches caches,
      UnscannedRecorder recorder,
      Optional<Prefetcher> prefetcher,
      Reporter reporter)
      throws ErrnoException {
    caches.clean().warmUp();
    caches.infected().warmUp();
    caches.kernelCache().current().ifPresent(KernelCache::warmUp);
    recorder.warmUp();
    prefetcher.ifPresent(Prefetcher::warmUp);
    reporter.warmUp();
  }
}
