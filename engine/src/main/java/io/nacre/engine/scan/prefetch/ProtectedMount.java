package io.nacre.engine.scan.prefetch;

import io.nacre.engine.scan.lookup.DirectoryListing;
import io.nacre.engine.scan.lookup.LocalFileFinder;
import io.nacre.linux.ErrnoException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The protected directories on one mount; what was listed a moment ago is not listed again. */
final class ProtectedMount implements DirectorySource {
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  /** Enough for a course from one deep directory to the next. */
  private static final int LISTINGS = 16;

  private record Listed(Optional<DirectoryListing> listing, long atNanos) {}

  private final LocalFileFinder files;
  private final long mountId;
  private final LongSupplier nanoClock;
  private final Map<String, Listed> known = new LinkedHashMap<>(); // oldest first

  ProtectedMount(LocalFileFinder files, long mountId, LongSupplier nanoClock) {
    this.files = files;
    this.mountId = mountId;
    this.nanoClock = nanoClock;
  }

  @Override
  public Optional<DirectoryListing> list(String directory) {
    long now = nanoClock.getAsLong();
    Listed before = known.get(directory);
    if (before != null && now - before.atNanos() < FRESH_NANOS) {
      return before.listing();
    }
    known.remove(directory);
    if (known.size() == LISTINGS) {
      known.remove(known.keySet().iterator().next());
    }
    Optional<DirectoryListing> listing = listNow(directory);
    known.put(directory, new Listed(listing, now));
    return listing;
  }

  private Optional<DirectoryListing> listNow(String directory) {
    try {
      return Optional.of(files.list(directory, mountId));
    } catch (ErrnoException e) {
      return Optional.empty(); // gone, outside, excluded, another mount, or not ours to read
    }
  }
}
