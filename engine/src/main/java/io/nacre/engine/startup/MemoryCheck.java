package io.nacre.engine.startup;

import io.nacre.engine.config.ConfigProblem;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.config.Origins;
import io.nacre.engine.verdict.CleanFiles;
import java.util.Optional;

/** The check that the caches and queues of a configuration fit into the memory of the engine. */
final class MemoryCheck {
  private static final String MEMORY = "nacre.cache.memory";
  private static final String ENTRIES = "nacre.cache.entries";
  private static final String RESCAN = "nacre.rescan-queue";

  /** As the manual has it. */
  private static final long BYTES_PER_RESCAN = 500;

  private static final int PERCENT_MAX = 75;

  private final EngineConfig config;
  private final Origins origins;

  MemoryCheck(EngineConfig config, Origins origins) {
    this.config = config;
    this.origins = origins;
  }

  /** Returns a problem if a file sets one of the sizes, and they do not fit. */
  Optional<ConfigProblem> problem() {
    long heap = Runtime.getRuntime().maxMemory();
    if (origins.isSet(MEMORY) && origins.bytes(MEMORY) > heap) {
      return Optional.of(refused(MEMORY, "is more than", heap));
    }
    long rescans = config.start().rescanQueue() * BYTES_PER_RESCAN;
    long clean = (long) config.cache().entries() * CleanFiles.BYTES_PER_ENTRY;
    if (rescans + clean <= heap / 100 * PERCENT_MAX) {
      return Optional.empty();
    }
    String key = rescans > clean ? RESCAN : origins.isSet(ENTRIES) ? ENTRIES : MEMORY;
    return origins.isSet(key)
        ? Optional.of(
            refused(
                key,
                "needs with all other caches and queues "
                    + mebibytes(rescans + clean)
                    + ", which leaves too little of",
                heap))
        : Optional.empty();
  }

  private ConfigProblem refused(String key, String text, long heap) {
    return origins.refused(
        key,
        text
            + " the "
            + mebibytes(heap)
            + " that the engine has; NACRE_JAVA_OPTIONS=-Xmx… gives it more",
        /* isOfMachine= */ true);
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
