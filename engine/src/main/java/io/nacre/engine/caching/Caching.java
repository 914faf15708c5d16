package io.nacre.engine.caching;

import io.nacre.engine.config.CacheConfig;
import io.nacre.engine.context.Stage;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.kernelcache.KernelCacheActor;
import io.nacre.engine.request.CleanFileSink;
import io.nacre.linux.ErrnoException;

/**
 * The stage that caches verdicts, in user space and in the kernel.
 *
 * <ul>
 *   <li>Owns: the verdict caches, the group of the writer probe, the actor of the kernel cache.
 *   <li>Must not own: requests and their descriptors.
 *   <li>Hands to: the reader threads and the scan stage, which look verdicts up and add them.
 *   <li>Thread: opened, started and closed by the thread that runs the engine.
 * </ul>
 */
public final class Caching implements Stage {
  private final VerdictCaches caches;

  private Caching(VerdictCaches caches) {
    this.caches = caches;
  }

  /** Opens empty caches. */
  public static Caching open(CacheConfig config, StageContext context) throws ErrnoException {
    return new Caching(VerdictCaches.open(config, context));
  }

  /** Starts the actor of the kernel cache, if there is one. */
  public void start(StageActors actors) {
    caches
        .kernelCache()
        .ifPresent(cache -> actors.spawnPinned(KernelCacheActor.create(cache), "kernel-cache"));
  }

  /** Returns the caches. */
  public VerdictCaches caches() {
    return caches;
  }

  /** Returns the sink of clean files for the kernel cache, which may take none. */
  public CleanFileSink kernelCache() {
    return caches.kernelCache().<CleanFileSink>map(cache -> cache).orElse(CleanFileSink.NONE);
  }

  @Override
  public void close() {
    caches.close();
  }
}
