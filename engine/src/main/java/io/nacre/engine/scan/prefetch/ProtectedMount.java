package io.nacre.engine.scan.prefetch;

import io.nacre.engine.scan.lookup.DirectoryListing;
import io.nacre.engine.scan.lookup.LocalFileFinder;
import io.nacre.linux.ErrnoException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The protected directories on one mount; a listing is used again for a second. */
final class ProtectedMount implements DirectorySource {
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  /** Enough to step from one deep directory to the next. */
  private static final int LISTINGS = 16;

  private record Listed(Optional<DirectoryListing> listing, long atNanos) {}

  private final LocalFileFinder files;
  private final long mountId;
  private final LongSupplier nanoClock;
  private final Map<String, Listed> cached = new LinkedHashMap<>(); // oldest first

  ProtectedMount(LocalFileFinder files, long mountId, LongSupplier nanoClock) {
    this.files = files;
    this.mountId = mountId;
    this.nanoClock = nanoClock;
  }

  @Override
  public Optional<DirectoryListing> list(String directory) {
    long now = nanoClock.getAsLong();
    Listed before = cached.get(directory);
    if (before != null && now - before.atNanos() < FRESH_NANOS) {
      return before.listing();
    }
    cached.remove(directory);
    if (cached.size() == LISTINGS) {
      cached.remove(cached.keySet().iterator().next());
    }
    Optional<DirectoryListing> listing = listNow(directory);
    cached.put(directory, new Listed(listing, now));
    return listing;
  }

  private Optional<DirectoryListing> listNow(String directory) {
    try {
      return Optional.of(files.list(directory, mountId));
    } catch (ErrnoException e) {
      return Optional.empty(); // gone, outside, excluded, or on another mount
    }
  }
}
