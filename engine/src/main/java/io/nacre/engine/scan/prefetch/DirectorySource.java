package io.nacre.engine.scan.prefetch;

import io.nacre.engine.scan.lookup.DirectoryListing;
import java.util.Optional;

/** The directories that may be looked into, by their absolute paths. */
@FunctionalInterface
interface DirectorySource {
  /** Returns what is in {@code directory}, or nothing if that is not to be known. */
  Optional<DirectoryListing> list(String directory);
}
