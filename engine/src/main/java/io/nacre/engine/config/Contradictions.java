package io.nacre.engine.config;

import io.nacre.engine.config.WatchConfig.Trigger;
import io.nacre.linux.fanotify.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Values that are right alone and wrong together. Some are refused; the others are warnings, since
 * the engine then does less than one of the values says.
 */
final class Contradictions {
  private static final String DEADLINE = "nacre.deadline";
  private static final String HEDGE = "nacre.clamd.hedge-after";
  private static final String KERNEL = "nacre.cache.kernel";
  private static final String ENTRIES = "nacre.cache.entries";
  private static final String LEASES = "nacre.cache.leases";
  private static final String SCAN_TIMEOUT = "nacre.clamd.scan-timeout";
  private static final String ROOT = "nacre.exempt.root";
  private static final String TRIGGERS = "nacre.triggers";
  private static final String MAX_FILE_SIZE = "nacre.max-file-size";
  private static final String QUARANTINE = "nacre.detection.quarantine";
  private static final long SMALL_FILE = 1 << 20;

  private final EngineConfig config;
  private final Keys keys;

  private Contradictions(EngineConfig config, Keys keys) {
    this.config = config;
    this.keys = keys;
  }

  /** Adds the contradictions in {@code config} to the problems of {@code keys}. */
  static void find(EngineConfig config, Keys keys) {
    Contradictions in = new Contradictions(config, keys);
    in.hedging();
    in.caches();
    in.exemptRoot();
    in.prevention();
    in.sizes();
    in.nestedPaths();
    in.detections();
  }

  private boolean areSound(String... used) {
    for (String key : used) {
      if (keys.problems().has(key)) {
        return false;
      }
    }
    return true;
  }

  private void hedging() {
    ClamdConfig clamd = config.clamd();
    Duration deadline = config.policy().deadline();
    if (clamd.hedgeAfter().isPresent() && areSound(HEDGE, "nacre.clamd.endpoints")) {
      if (clamd.endpoints().size() < 2) {
        keys.problem(HEDGE, "needs a second clamd in nacre.clamd.endpoints");
      } else if (areSound(DEADLINE) && clamd.hedgeAfter().get().compareTo(deadline) >= 0) {
        keys.warn(HEDGE, "no open waits that long, since nacre.deadline is not longer");
      }
    }
    if (keys.isSet(SCAN_TIMEOUT)
        && areSound(SCAN_TIMEOUT, DEADLINE)
        && clamd.scanTimeout().compareTo(deadline) < 0) {
      keys.warn(
          SCAN_TIMEOUT,
          "is shorter than nacre.deadline, so that nacre.on-error decides before the deadline");
    }
  }

  private void caches() {
    CacheConfig cache = config.cache();
    boolean isLeased = cache.kernel().mode() == KernelCacheConfig.Mode.LEASED;
    if (isLeased && cache.kernel().leases() == 0 && areSound(KERNEL, LEASES)) {
      keys.problem(KERNEL, "leased needs leases, and nacre.cache.leases is 0");
    }
    if (!areSound(ENTRIES, "nacre.cache.memory", KERNEL)) {
      return;
    }
    int entries = keys.config().getInt(ENTRIES);
    if (entries > cache.entries() && (keys.isSet(ENTRIES) || keys.isSet("nacre.cache.memory"))) {
      keys.warn(
          keys.isSet(ENTRIES) ? ENTRIES : "nacre.cache.memory",
          "only " + cache.entries() + " files fit into nacre.cache.memory");
    }
    if (cache.entries() == 0 && isLeased) {
      keys.problem(KERNEL, "leased needs the cache, and nacre.cache.entries is 0");
    } else if (cache.entries() == 0
        && keys.isSet(KERNEL)
        && cache.kernel().mode() != KernelCacheConfig.Mode.OFF) {
      keys.warn(KERNEL, "has no effect, since nacre.cache.entries is 0");
    }
  }

  private void exemptRoot() {
    PolicyConfig.Exempt exempt = config.policy().exempt();
    if (keys.isSet(ROOT)
        && areSound(ROOT)
        && !exempt.root()
        && (exempt.uids().contains(0) || exempt.users().contains("root"))) {
      keys.problem(ROOT, "is false, and another key of nacre.exempt names user 0");
    }
  }

  private void prevention() {
    WatchConfig watch = config.watch();
    if (!areSound("nacre.prevention", TRIGGERS)) {
      return;
    }
    if (!watch.isPreventing()) {
      answers().forEach((key, response) -> warnOfAnswer(key, response));
    } else if (!watch.triggers().contains(Trigger.OPEN)
        && !watch.triggers().contains(Trigger.EXEC)) {
      keys.warn(
          TRIGGERS,
          "without open or exec no open waits, so that nacre.prevention = enforce prevents nothing"
              + " but the opens of files that were found infected when they were written");
    }
  }

  private void warnOfAnswer(String key, Response response) {
    if (keys.isSet(key) && response == Response.DENY) {
      keys.warn(key, "denies nothing, since nacre.prevention is detect");
    }
  }

  private Map<String, Response> answers() {
    return Map.of(
        "nacre.on-deadline", config.policy().fallback().onDeadline(),
        "nacre.on-error", config.policy().fallback().onError(),
        "nacre.on-oversize", config.policy().fallback().onOversize(),
        "nacre.on-overload", config.policy().fallback().onOverload());
  }

  private void sizes() {
    if (keys.isSet(MAX_FILE_SIZE)
        && areSound(MAX_FILE_SIZE)
        && config.policy().maxFileSizeBytes() < SMALL_FILE
        && config.policy().fallback().onOversize() == Response.ALLOW) {
      keys.warn(
          MAX_FILE_SIZE,
          "files of more than "
              + config.policy().maxFileSizeBytes()
              + " bytes are allowed unscanned, since nacre.on-oversize is allow");
    }
  }

  /** Of nested paths the innermost decides, so one without its subdirectories leaves a hole. */
  private void nestedPaths() {
    for (ProtectConfig inner : config.watch().protect()) {
      if (!inner.recursive() && hasOuter(inner.path(), ProtectConfig::recursive)) {
        keys.problems()
            .add(
                keys.origins()
                    .warning(
                        "nacre.protect",
                        inner.path().toString(),
                        inner.path()
                            + " with recursive = false leaves its subdirectories unprotected,"
                            + " although a protected path is above it"));
      }
    }
  }

  private boolean hasOuter(Path path, Predicate<ProtectConfig> isMeant) {
    return config.watch().protect().stream()
        .anyMatch(
            outer ->
                path.startsWith(outer.path()) && !path.equals(outer.path()) && isMeant.test(outer));
  }

  private void detections() {
    DetectionConfig detection = config.detection();
    if (keys.isSet(QUARANTINE)
        && areSound("nacre.detection.action")
        && !detection.hasQuarantine()) {
      keys.warn(
          QUARANTINE,
          "no file is put there, since nacre.detection.action is " + Keys.name(detection.action()));
    }
    if (detection.logs().isEmpty()
        && detection.events().isEmpty()
        && detection.jsonLog().isEmpty()
        && detection.hook().isEmpty()
        && areSound("nacre.detection.log", "nacre.detection.hook")) {
      keys.warn("nacre.detection.log", "detections are reported nowhere");
    }
  }
}
