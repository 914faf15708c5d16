package io.nacre.engine.scan.prefetch;

import io.nacre.engine.scan.lookup.DirectoryListing;
import java.util.Optional;

/** The directories that may be listed, by their absolute paths. */
@FunctionalInterface
interface DirectorySource {
  /** Returns the entries of {@code directory}, or nothing if it may not be listed. */
  Optional<DirectoryListing> list(String directory);
}
