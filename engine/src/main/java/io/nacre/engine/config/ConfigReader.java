package io.nacre.engine.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nacre.engine.config.LogConfig.Level;
import io.nacre.engine.config.WatchConfig.Prevention;
import io.nacre.engine.config.WatchConfig.Trigger;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.verdict.CleanFiles;
import io.nacre.linux.fanotify.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The reader of a resolved configuration; each wrong value is added to the problems. */
final class ConfigReader {
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final long UID_MAX = (1L << 32) - 2; // the biggest 32-bit number means none
  private static final String DATABASE = "nacre.clamd.database";

  private enum Prefetch {
    AUTO,
    OFF
  }

  private enum Switch {
    ON,
    OFF
  }

  private final Keys keys;

  ConfigReader(Keys keys) {
    this.keys = keys;
  }

  EngineConfig read() {
    Strategy strategy = keys.choice("nacre.strategy", Strategy.values(), Strategy.AUTO);
    DetectionConfig detection = new DetectionReader(keys).read();
    return new EngineConfig(
        policy(),
        watch(
            new QuarantineExclude(keys, detection).from(new ProtectReader(keys, strategy).read()),
            strategy),
        clamd(),
        cache(),
        detection,
        new PrefetchConfig(
            keys.choice("nacre.prefetch", Prefetch.values(), Prefetch.AUTO) == Prefetch.AUTO,
            keys.choice("nacre.idle-scan", Switch.values(), Switch.OFF) == Switch.ON),
        new LogConfig(keys.choice("nacre.log-level", Level.values(), Level.INFO)),
        start());
  }

  private List<String> users() {
    String key = "nacre.exempt.users";
    List<String> users = new ArrayList<>();
    for (ConfigValue element : keys.list(key, "must be a list of names: users = [backup]")) {
      String name = String.valueOf(element.unwrapped());
      if (element.valueType() == ConfigValueType.NUMBER || name.matches("[0-9]+")) {
        keys.problems().add(element, key, name + " is a number, which belongs into exempt.uids");
      } else if (element.valueType() != ConfigValueType.STRING || name.isBlank()) {
        keys.problems().add(element, key, "holds names of users, as strings");
      } else {
        users.add(name);
      }
    }
    return users;
  }

  /** Numbers above the biggest signed one are negative here, as everywhere in Java. */
  private List<Integer> uids() {
    String key = "nacre.exempt.uids";
    List<Integer> uids = new ArrayList<>();
    for (ConfigValue element : keys.list(key, "must be a list of numbers: uids = [34]")) {
      keys.number(key, element, 0, UID_MAX).ifPresent(uid -> uids.add(uid.intValue()));
    }
    return uids;
  }

  private static boolean hasControls(String text) {
    return text.chars().anyMatch(Character::isISOControl);
  }

  private PolicyConfig policy() {
    return new PolicyConfig(
        new PolicyConfig.Exempt(
            users(),
            uids(),
            keys.flag("nacre.exempt.root", false),
            Programs.read(keys.config(), "nacre.exempt.programs", keys.problems())),
        keys.size("nacre.max-file-size"),
        keys.duration("nacre.deadline", MILLISECOND, MINUTE.multipliedBy(10)),
        new FallbackPolicy(
            response("nacre.on-deadline"),
            response("nacre.on-error"),
            response("nacre.on-oversize"),
            response("nacre.on-overload")));
  }

  private WatchConfig watch(List<ProtectConfig> protect, Strategy strategy) {
    return new WatchConfig(
        protect,
        strategy,
        keys.flag("nacre.cross-mounts", true),
        keys.choice("nacre.prevention", Prevention.values(), Prevention.ENFORCE),
        triggers());
  }

  private StartConfig start() {
    return new StartConfig(
        keys.flag("nacre.require-prevention", true),
        keys.number("nacre.queue", 1, 1_000_000),
        keys.number("nacre.rescan-queue", 0, 1_000_000),
        controlSocket(),
        keys.duration("nacre.dead-man", SECOND, MINUTE.multipliedBy(10)));
  }

  private CacheConfig cache() {
    long memory = keys.size("nacre.cache.memory");
    long affordable = memory / CleanFiles.BYTES_PER_ENTRY;
    return new CacheConfig(
        (int) Math.min(keys.number("nacre.cache.entries", 0, 10_000_000), affordable),
        new KernelCacheConfig(
            keys.choice(
                "nacre.cache.kernel", KernelCacheConfig.Mode.values(), KernelCacheConfig.Mode.SAFE),
            keys.number("nacre.cache.kernel-marks", 1_000, 250_000),
            keys.number("nacre.cache.leases", 0, 100_000)));
  }

  private ClamdConfig clamd() {
    return new ClamdConfig(
        new Endpoints(keys).read(),
        connections(),
        keys.duration("nacre.clamd.start-timeout", SECOND, MINUTE.multipliedBy(30)),
        keys.duration("nacre.clamd.connect-timeout", MILLISECOND, MINUTE),
        keys.duration(
            "nacre.clamd.scan-timeout", MILLISECOND.multipliedBy(100), Duration.ofHours(1)),
        keys.number("nacre.clamd.retries", 0, 10),
        hedgeAfter(),
        database(),
        keys.written(DATABASE).unwrapped().equals("official"));
  }

  private int connections() {
    String key = "nacre.clamd.connections";
    if (keys.written(key).unwrapped().equals("auto")) {
      return Math.max(4, Math.min(4 * Runtime.getRuntime().availableProcessors(), 10));
    }
    return keys.number(key, 1, Endpoints.CONNECTIONS_MAX);
  }

  private Optional<Path> database() {
    String written = keys.text(DATABASE).orElse("auto");
    if (written.equals("auto") || written.equals("official")) {
      return Optional.empty();
    }
    if (!written.startsWith("/") || hasControls(written)) {
      keys.problem(DATABASE, "must be auto, official or an absolute path");
      return Optional.empty();
    }
    return Optional.of(Path.of(written));
  }

  private Optional<Duration> hedgeAfter() {
    String key = "nacre.clamd.hedge-after";
    return keys.written(key).unwrapped().equals("off")
        ? Optional.empty()
        : Optional.of(keys.duration(key, MILLISECOND, MINUTE));
  }

  private Set<Trigger> triggers() {
    String key = "nacre.triggers";
    Set<Trigger> triggers = EnumSet.noneOf(Trigger.class);
    if (keys.written(key).valueType() != ConfigValueType.LIST) {
      keys.problem(key, "must be a list: triggers = [open, close-write]");
      return triggers;
    }
    for (ConfigValue element : keys.config().getList(key)) {
      String text = String.valueOf(element.unwrapped());
      Optional<Trigger> trigger =
          Stream.of(Trigger.values())
              .filter(candidate -> Keys.name(candidate).equals(text))
              .findAny();
      trigger.ifPresentOrElse(
          triggers::add,
          () ->
              keys.problems()
                  .add(element, key, "holds open, exec and close-write, not " + Keys.shown(text)));
    }
    if (keys.config().getList(key).isEmpty()) {
      keys.problem(key, "is empty, so that nothing would be scanned");
    }
    return triggers;
  }

  private Optional<Path> controlSocket() {
    String key = "nacre.control.socket";
    String path = keys.text(key).orElse("");
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (!path.startsWith("/")
        || Endpoints.bytes(path) > Endpoints.SOCKET_PATH_MAX
        || hasControls(path)
        || path.endsWith("/")) {
      keys.problem(
          key, "must be an absolute path of at most " + Endpoints.SOCKET_PATH_MAX + " bytes");
      return Optional.empty();
    }
    return Optional.of(Path.of(path));
  }

  private Response response(String key) {
    return keys.choice(key, Response.values(), Response.ALLOW);
  }
}
