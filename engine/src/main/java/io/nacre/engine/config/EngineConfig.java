package io.nacre.engine.config;

/**
 * An accepted configuration, grouped by the stage that applies it; every key is explained in {@code
 * reference.conf}.
 *
 * @param policy how an event is judged
 * @param watch which opens raise events
 * @param clamd how clamd is reached
 * @param cache which verdicts are cached
 * @param detection what follows an infected verdict
 * @param prefetch which files are scanned before they are opened
 * @param log which messages are written
 * @param start what only a new process can change
 */
public record EngineConfig(
    PolicyConfig policy,
    WatchConfig watch,
    ClamdConfig clamd,
    CacheConfig cache,
    DetectionConfig detection,
    PrefetchConfig prefetch,
    LogConfig log,
    StartConfig start) {

  /**
   * Returns the same configuration, with everything that only a new process can change as in {@code
   * running}.
   */
  public EngineConfig withProcessOf(EngineConfig running) {
    WatchConfig asRunning =
        new WatchConfig(
            watch.protect(),
            watch.strategy(),
            watch.crossMounts(),
            running.watch.prevention(),
            running.watch.triggers());
    return new EngineConfig(
        policy, asRunning, clamd, cache, detection, prefetch, log, running.start);
  }

  /** Returns the same configuration without prevention. */
  public EngineConfig detecting() {
    return new EngineConfig(
        policy, watch.detecting(), clamd, cache, detection, prefetch, log, start);
  }
}
