package io.nacre.engine.caching;

import io.nacre.engine.config.CacheConfig;
import io.nacre.engine.context.Stage;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.context.StageChange;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.kernelcache.KernelCache;
import io.nacre.linux.ErrnoException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The stage that caches verdicts, in user space and in the kernel.
 *
 * <ul>
 *   <li>Owns: the verdict caches, the group of the writer probe, the actor of the kernel cache.
 *   <li>Must not own: requests and their descriptors.
 *   <li>Hands to: the reader threads and the scan stage, which look verdicts up and add them.
 *   <li>Thread: opened, started, changed and closed by the thread that does so to the engine.
 * </ul>
 */
public final class Caching implements Stage {
  private static final String ACTOR = "kernel-cache";

  private final VerdictCaches caches;
  private CacheConfig config;
  private int generation = 1;

  private Caching(VerdictCaches caches, CacheConfig config) {
    this.caches = caches;
    this.config = config;
  }

  /** Opens empty caches. */
  public static Caching open(CacheConfig config, StageContext context) throws ErrnoException {
    return new Caching(VerdictCaches.open(config, context), config);
  }

  /** Starts the actor of the kernel cache, if there is one. */
  public void start(StageActors actors) {
    caches.kernelCache().start(actors, ACTOR);
  }

  /** Prepares the change to {@code next}, which keeps the verdicts in user space. */
  public StageChange prepare(CacheConfig next, StageActors actors) throws ErrnoException {
    if (next.equals(config)) {
      return StageChange.NONE;
    }
    LiveKernelCache kernelCache = caches.kernelCache();
    boolean isSameInKernel =
        next.kernel().equals(config.kernel()) && (next.entries() == 0) == (config.entries() == 0);
    Optional<LiveKernelCache.Present> opened =
        isSameInKernel ? Optional.empty() : kernelCache.open(next.kernel(), next.entries());
    opened.map(LiveKernelCache.Present::cache).ifPresent(KernelCache::warmUp);
    generation++;
    String name = ACTOR + "-generation-" + generation;
    return new StageChange() {
      @Override
      public CompletionStage<Void> commit() {
        config = next;
        caches.files().setCapacity(next.entries());
        if (!isSameInKernel) {
          kernelCache.replace(opened, actors, name);
        }
        return CompletableFuture.completedFuture(null);
      }

      @Override
      public void discard() {
        opened.ifPresent(kernelCache::discard);
      }
    };
  }

  /** Returns the caches. */
  public VerdictCaches caches() {
    return caches;
  }

  @Override
  public void close() {
    caches.close();
  }
}
