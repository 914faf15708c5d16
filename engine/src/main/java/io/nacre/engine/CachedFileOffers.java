package io.nacre.engine;

import io.nacre.engine.intake.CachedOpenSink;
import io.nacre.engine.kernelcache.KernelCache;
import io.nacre.engine.request.FileFacts;

/** Offers clean files to the kernel cache when they are opened. */
record CachedFileOffers(KernelCache cache) implements CachedOpenSink {

  @Override
  public boolean wants(FileFacts facts) {
    return cache.wants(facts);
  }

  @Override
  public void opened(int fd, FileFacts facts) {
    cache.opened(fd, facts);
  }
}
