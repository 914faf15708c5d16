package io.nacre.engine.config;

import io.nacre.engine.policy.DirectoryRegex;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.policy.PathPattern;
import io.nacre.engine.policy.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything an engine is told; each component is explained in {@code reference.conf}.
 *
 * @param protect the protected paths
 * @param strategy how marks are placed where nothing else is said
 * @param crossMounts whether what is mounted below a protected path is protected as well
 * @param prevention whether opens wait for their verdict
 * @param requirePrevention whether that is refused where the kernel cannot do it
 * @param triggers what has a file scanned; not empty
 * @param exempt who is never held up
 * @param maxFileSizeBytes the biggest file that is scanned
 * @param deadline the longest wait for a verdict
 * @param fallback what is answered without a verdict
 * @param queue requests that may wait or be scanned at the same time
 * @param journal files that are remembered when they go unscanned; 0 for none
 * @param cache what is known of files that were scanned
 * @param kernelCache which files the kernel does not even ask us about
 * @param ahead which files are scanned before anybody opens them
 * @param clamd how clamd is reached
 * @param detection what follows an infected verdict
 * @param controlSocket where {@code nacre status} finds the engine; nothing for none
 * @param deadMan after how long without progress the kernel ends the engine
 */
public record EngineConfig(
    List<ProtectConfig> protect,
    Strategy strategy,
    boolean crossMounts,
    Prevention prevention,
    boolean requirePrevention,
    Set<Trigger> triggers,
    ExemptConfig exempt,
    long maxFileSizeBytes,
    Duration deadline,
    FallbackPolicy fallback,
    int queue,
    int journal,
    CacheConfig cache,
    KernelCacheConfig kernelCache,
    AheadConfig ahead,
    ClamdConfig clamd,
    DetectionConfig detection,
    Optional<Path> controlSocket,
    Duration deadMan) {

  /** Whether an infected file can be opened. */
  public enum Prevention {
    /** No: opens wait for the verdict. */
    ENFORCE,
    /** Yes: nothing waits, and what is found is reported. */
    DETECT
  }

  /** What has a file scanned. */
  public enum Trigger {
    /** It is opened, for whatever. */
    OPEN,
    /** It is opened to be executed. */
    EXEC,
    /** It was written and closed. */
    CLOSE_WRITE
  }

  /**
   * A protected path.
   *
   * @param path absolute, symbolic links resolved
   * @param exclude what below it is not protected, as {@link PathPattern#parse} takes it
   * @param excludeRegex directories that are not protected either, as {@link DirectoryRegex#parse}
   *     takes them
   * @param recursive whether what is in directories below it is protected as well
   * @param strategy how marks are placed for it
   */
  public record ProtectConfig(
      Path path,
      List<String> exclude,
      List<String> excludeRegex,
      boolean recursive,
      Strategy strategy) {
    public ProtectConfig {
      exclude = List.copyOf(exclude);
      excludeRegex = List.copyOf(excludeRegex);
    }

    /** Returns the same with {@code others} as its excludes. */
    ProtectConfig withExclude(List<String> others) {
      return new ProtectConfig(path, others, excludeRegex, recursive, strategy);
    }
  }

  /**
   * The {@code nacre.exempt} block.
   *
   * @param users by name
   * @param uids by number
   * @param root whether user 0 is exempt
   * @param programs the paths of the programs that are never held up while they act as user 0
   */
  public record ExemptConfig(
      List<String> users, List<Integer> uids, boolean root, List<String> programs) {
    public ExemptConfig {
      users = List.copyOf(users);
      uids = List.copyOf(uids);
      programs = List.copyOf(programs);
    }
  }

  /**
   * The {@code nacre.cache} block.
   *
   * @param entries how many clean files are known at most; 0 for none
   */
  public record CacheConfig(int entries) {}

  /**
   * What is scanned before anybody opens it.
   *
   * @param scanAhead what a process is about to open
   * @param idleScan everything, when nobody needs the machine
   */
  public record AheadConfig(boolean scanAhead, boolean idleScan) {}

  /**
   * The {@code nacre.clamd} block.
   *
   * @param endpoints where clamds are; not empty
   * @param connections scans at the same time at each of them that does not say otherwise
   * @param startTimeout how long our own clamd may take to load its signatures
   * @param connectTimeout the longest wait for a connection
   * @param scanTimeout the longest wait for one verdict
   * @param retries how often a file is scanned again when the session breaks
   * @param hedgeAfter after how long a second clamd is asked as well; nothing for never
   * @param database where the signatures of each clamd on this machine are, if it is said
   * @param hasOfficialSignatures whether no clamd has any but the official signatures
   */
  public record ClamdConfig(
      List<Endpoint> endpoints,
      int connections,
      Duration startTimeout,
      Duration connectTimeout,
      Duration scanTimeout,
      int retries,
      Optional<Duration> hedgeAfter,
      Optional<Path> database,
      boolean hasOfficialSignatures) {
    public ClamdConfig {
      endpoints = List.copyOf(endpoints);
    }
  }

  /**
   * One clamd.
   *
   * @param weight its share of the scans, compared with those of others
   * @param connections scans at the same time, unless it is as for all
   */
  public record Endpoint(
      Place place, int weight, Optional<Integer> connections, Transport transport) {}

  /** Where a clamd is. */
  public sealed interface Place {
    /** At the usual sockets, or else our own. */
    record Automatic() implements Place {}

    /** Our own clamd. */
    record Embedded() implements Place {}

    /** A clamd that listens at {@code path}. */
    record Unix(String path) implements Place {}

    /** A clamd that listens at {@code port} of {@code host}. */
    record Tcp(String host, int port) implements Place {}
  }

  public EngineConfig {
    protect = List.copyOf(protect);
    triggers = Set.copyOf(triggers);
  }

  /** Returns the same without prevention. */
  public EngineConfig detecting() {
    return new EngineConfig(
        protect,
        strategy,
        crossMounts,
        Prevention.DETECT,
        requirePrevention,
        triggers,
        exempt,
        maxFileSizeBytes,
        deadline,
        fallback,
        queue,
        journal,
        cache,
        kernelCache,
        ahead,
        clamd,
        detection,
        controlSocket,
        deadMan);
  }
}
