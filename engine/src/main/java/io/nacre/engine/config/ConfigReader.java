package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nacre.engine.config.EngineConfig.AheadConfig;
import io.nacre.engine.config.EngineConfig.CacheConfig;
import io.nacre.engine.config.EngineConfig.ClamdConfig;
import io.nacre.engine.config.EngineConfig.ExemptConfig;
import io.nacre.engine.config.EngineConfig.Prevention;
import io.nacre.engine.config.EngineConfig.ProtectConfig;
import io.nacre.engine.config.EngineConfig.Transport;
import io.nacre.engine.config.EngineConfig.Trigger;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.verdict.CleanFiles;
import io.nacre.linux.fanotify.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the values of a resolved configuration, and notes each that is wrong with its key and its
 * line; a wrong one is replaced only so that the others can be looked at.
 */
final class ConfigReader {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigReader.class);
  private static final Duration MILLISECOND = Duration.ofMillis(1);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String DATABASE = "nacre.clamd.database";

  private enum ScanAhead {
    AUTO,
    OFF
  }

  private enum Switch {
    ON,
    OFF
  }

  private static final Set<String> PROTECT_KEYS = Set.of("path", "exclude");

  private final Config own;
  private final Config config;
  private final Problems problems;

  /** A reader of {@code config}, which is {@code own} and the defaults for what that lacks. */
  ConfigReader(Config own, Config config, Problems problems) {
    this.own = own;
    this.config = config;
    this.problems = problems;
  }

  EngineConfig read() {
    Strategy strategy = choice("nacre.strategy", Strategy.values(), Strategy.AUTO);
    return new EngineConfig(
        protect(strategy),
        strategy,
        value("nacre.cross-mounts", true, config::getBoolean),
        choice("nacre.prevention", Prevention.values(), Prevention.ENFORCE),
        triggers(),
        new ExemptConfig(
            value("nacre.exempt.users", List.<String>of(), config::getStringList),
            value("nacre.exempt.uids", List.<Integer>of(), config::getIntList),
            value("nacre.exempt.root", false, config::getBoolean),
            Programs.read(config, "nacre.exempt.programs", problems)),
        size("nacre.max-file-size"),
        duration("nacre.deadline", MILLISECOND, MINUTE.multipliedBy(10)),
        new FallbackPolicy(
            response("nacre.on-deadline"),
            response("nacre.on-error"),
            response("nacre.on-oversize"),
            response("nacre.on-overload")),
        number("nacre.queue", 1, 1_000_000),
        number("nacre.journal", 0, 1_000_000),
        cache(),
        new KernelCacheConfig(
            choice(
                "nacre.cache.kernel", KernelCacheConfig.Mode.values(), KernelCacheConfig.Mode.SAFE),
            number("nacre.cache.kernel-marks", 1_000, 250_000),
            number("nacre.cache.leases", 0, 100_000)),
        new AheadConfig(
            choice("nacre.scan-ahead", ScanAhead.values(), ScanAhead.AUTO) == ScanAhead.AUTO,
            choice("nacre.idle-scan", Switch.values(), Switch.OFF) == Switch.ON),
        clamd(),
        controlSocket(),
        duration("nacre.dead-man", SECOND, MINUTE.multipliedBy(10)));
  }

  private CacheConfig cache() {
    long memory = size("nacre.cache.memory");
    long affordable = memory / CleanFiles.BYTES_PER_ENTRY;
    return new CacheConfig(
        (int) Math.min(number("nacre.cache.entries", 0, 10_000_000), affordable), snapshot());
  }

  private ClamdConfig clamd() {
    Transport transport = choice("nacre.clamd.transport", Transport.values(), Transport.AUTO);
    return new ClamdConfig(
        new Endpoints(config, problems, transport).read(),
        connections(),
        transport,
        duration("nacre.clamd.start-timeout", SECOND, MINUTE.multipliedBy(30)),
        duration("nacre.clamd.connect-timeout", MILLISECOND, MINUTE),
        duration("nacre.clamd.scan-timeout", MILLISECOND.multipliedBy(100), Duration.ofHours(1)),
        number("nacre.clamd.retries", 0, 10),
        hedgeAfter(),
        database(),
        config.getValue(DATABASE).unwrapped().equals("official"));
  }

  private int connections() {
    String key = "nacre.clamd.connections";
    if (config.getValue(key).unwrapped().equals("auto")) {
      return Math.max(4, Math.min(4 * Runtime.getRuntime().availableProcessors(), 10));
    }
    return number(key, 1, Endpoints.CONNECTIONS_MAX);
  }

  private Optional<Path> database() {
    String written = value(DATABASE, "auto", config::getString);
    if (written.equals("auto") || written.equals("official")) {
      return Optional.empty();
    }
    if (!written.startsWith("/") || written.indexOf('\0') >= 0) {
      problem(DATABASE, "must be auto, official or an absolute path");
      return Optional.empty();
    }
    return Optional.of(Path.of(written));
  }

  private Optional<Duration> hedgeAfter() {
    String key = "nacre.clamd.hedge-after";
    return config.getValue(key).unwrapped().equals("off")
        ? Optional.empty()
        : Optional.of(duration(key, MILLISECOND, MINUTE));
  }

  private List<ProtectConfig> protect(Strategy strategy) {
    String key = "nacre.protect";
    List<ProtectConfig> paths = new ArrayList<>();
    if (config.getValue(key).valueType() != ConfigValueType.LIST) {
      problem(key, "must be a list of paths: protect = [\"/srv\"]");
      return paths;
    }
    for (ConfigValue element : config.getList(key)) {
      if (element.valueType() == ConfigValueType.STRING) {
        protectedPath(element, strategy)
            .ifPresent(path -> paths.add(new ProtectConfig(path, List.of())));
      } else if (element instanceof ConfigObject object) {
        protect(object, strategy).ifPresent(paths::add);
      } else {
        problems.add(element, key, "holds paths, or objects like { path = \"/home\" }");
      }
    }
    if (config.getList(key).isEmpty()) {
      problem(key, "names no path, so there is nothing to protect");
    }
    return paths;
  }

  private Optional<ProtectConfig> protect(ConfigObject object, Strategy strategy) {
    object.forEach(
        (key, value) -> {
          if (!PROTECT_KEYS.contains(key)) {
            problems.add(
                value,
                "nacre.protect." + key,
                "is no such key" + UnknownKeys.suggestion(key, PROTECT_KEYS));
          }
        });
    ConfigValue path = object.get("path");
    if (path == null) {
      problems.add(object, "nacre.protect", "lacks its path");
      return Optional.empty();
    }
    Optional<Path> root = protectedPath(path, strategy);
    List<String> excludes = new ArrayList<>();
    ConfigValue exclude = object.get("exclude");
    if (exclude != null && exclude.valueType() != ConfigValueType.LIST) {
      problems.add(exclude, "nacre.protect.exclude", "must be a list of paths");
    } else if (exclude != null) {
      for (ConfigValue element : (ConfigList) exclude) {
        root.flatMap(inside -> exclude(element, inside)).ifPresent(excludes::add);
      }
    }
    return root.map(inside -> new ProtectConfig(inside, excludes));
  }

  private Optional<Path> protectedPath(ConfigValue value, Strategy strategy) {
    String key = "nacre.protect";
    try {
      String written = String.valueOf(value.unwrapped());
      Path path = ProtectedPath.resolve(written);
      if (!path.equals(Path.of(written).normalize())) {
        LOG.info(
            "{} leads to {}, and that is protected, wherever the links lead later", written, path);
      }
      if (path.getParent() == null && strategy == Strategy.DDD) {
        problems.add(
            value,
            key,
            "/ cannot be protected with strategy = ddd: a mark on every directory of the machine"
                + " would hold up the engine itself; use strategy = filesystem");
        return Optional.empty();
      }
      return Optional.of(path);
    } catch (IllegalArgumentException e) {
      problems.add(value, key, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<String> exclude(ConfigValue value, Path inside) {
    String key = "nacre.protect.exclude";
    if (value.valueType() != ConfigValueType.STRING) {
      problems.add(value, key, "holds paths and patterns, as strings");
      return Optional.empty();
    }
    try {
      return Optional.of(ExcludePattern.resolve(String.valueOf(value.unwrapped()), inside));
    } catch (IllegalArgumentException e) {
      problems.add(value, key, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Set<Trigger> triggers() {
    String key = "nacre.triggers";
    Set<Trigger> triggers = EnumSet.noneOf(Trigger.class);
    if (config.getValue(key).valueType() != ConfigValueType.LIST) {
      problem(key, "must be a list: triggers = [open, close-write]");
      return triggers;
    }
    for (ConfigValue element : config.getList(key)) {
      String text = String.valueOf(element.unwrapped());
      Optional<Trigger> trigger =
          Stream.of(Trigger.values()).filter(candidate -> name(candidate).equals(text)).findAny();
      trigger.ifPresentOrElse(
          triggers::add,
          () -> problems.add(element, key, "holds open, exec and close-write, not " + text));
    }
    if (config.getList(key).isEmpty()) {
      problem(key, "is empty, so that nothing would be scanned");
    }
    return triggers;
  }

  private Optional<Path> snapshot() {
    String key = "nacre.cache.snapshot";
    String path = value(key, "", config::getString);
    if (!path.isEmpty()
        && (!path.startsWith("/") || path.endsWith("/") || path.indexOf('\0') >= 0)) {
      problem(key, "must be the absolute path of a file, or empty for none");
      return Optional.empty();
    }
    return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
  }

  private Optional<Path> controlSocket() {
    String key = "nacre.control.socket";
    String path = value(key, "", config::getString);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (!path.startsWith("/")
        || Endpoints.bytes(path) > Endpoints.SOCKET_PATH_MAX
        || path.indexOf('\0') >= 0) {
      problem(key, "must be an absolute path of at most " + Endpoints.SOCKET_PATH_MAX + " bytes");
      return Optional.empty();
    }
    return Optional.of(Path.of(path));
  }

  private Response response(String key) {
    return choice(key, Response.values(), Response.ALLOW);
  }

  private <E extends Enum<E>> E choice(String key, E[] choices, E otherwise) {
    Optional<String> read = value(key, Optional.empty(), at -> Optional.of(config.getString(at)));
    if (read.isEmpty()) {
      return otherwise;
    }
    String text = read.get();
    List<String> names = new ArrayList<>();
    for (E choice : choices) {
      String name = name(choice);
      if (name.equals(text)) {
        return choice;
      }
      names.add(name);
    }
    problem(key, "must be " + String.join(" or ", names) + ", not " + text);
    return otherwise;
  }

  private static String name(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private long size(String key) {
    long bytes = value(key, 1L, config::getBytes);
    if (bytes < 1) {
      problem(key, "must be at least 1 byte");
    }
    return bytes;
  }

  private Duration duration(String key, Duration least, Duration most) {
    Duration duration = value(key, least, config::getDuration);
    if (String.valueOf(config.getValue(key).unwrapped()).strip().matches("[-+0-9.]+")) {
      problem(key, "needs a unit, such as 500 ms, 5 s or 2 m");
    } else if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      problem(key, "must be from " + text(least) + " to " + text(most));
    }
    return duration;
  }

  private static String text(Duration duration) {
    return duration.toMillis() < 1000 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
  }

  private int number(String key, int least, int most) {
    int number = value(key, least, config::getInt);
    if (config.getValue(key).unwrapped() instanceof Double fraction && fraction != number) {
      problem(key, "must be a whole number");
    } else if (number < least || number > most) {
      problem(key, "must be from " + least + " to " + most);
    }
    return number;
  }

  private <T> T value(String key, T otherwise, Function<String, T> read) {
    try {
      return read.apply(key);
    } catch (ConfigException.WrongType | ConfigException.BadValue | ConfigException.Null e) {
      String message = Problems.withoutOrigin(e);
      problem(key, message.startsWith(key + " ") ? message.substring(key.length() + 1) : message);
      return otherwise;
    }
  }

  private void problem(String key, String what) {
    problems.add(own.hasPath(key) ? own.getValue(key) : own.root(), key, what);
  }
}
