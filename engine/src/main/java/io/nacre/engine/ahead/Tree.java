package io.nacre.engine.ahead;

import java.util.Optional;

/** The directories that may be looked into, by their absolute paths. */
@FunctionalInterface
interface Tree {
  /** Returns what is in {@code directory}, or nothing if that is not to be known. */
  Optional<Listing> list(String directory);
}
