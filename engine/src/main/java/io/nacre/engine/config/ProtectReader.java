package io.nacre.engine.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nacre.engine.config.EngineConfig.ProtectConfig;
import io.nacre.engine.policy.Strategy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code nacre.protect}: paths, or objects with a path and what is excluded below it. */
final class ProtectReader {
  private static final Logger LOG = LoggerFactory.getLogger(ProtectReader.class);
  private static final String KEY = "nacre.protect";
  private static final String EXCLUDE = KEY + ".exclude";
  private static final Set<String> PROTECT_KEYS = Set.of("path", "exclude");

  private final Keys keys;
  private final Problems problems;
  private final Strategy strategy;

  /** A reader for paths that are marked by {@code strategy}, which cannot protect each of them. */
  ProtectReader(Keys keys, Strategy strategy) {
    this.keys = keys;
    this.problems = keys.problems();
    this.strategy = strategy;
  }

  List<ProtectConfig> read() {
    List<ProtectConfig> paths = new ArrayList<>();
    if (keys.written(KEY).valueType() != ConfigValueType.LIST) {
      keys.problem(KEY, "must be a list of paths: protect = [\"/srv\"]");
      return paths;
    }
    for (ConfigValue element : keys.config().getList(KEY)) {
      if (element.valueType() == ConfigValueType.STRING) {
        protectedPath(element).ifPresent(path -> paths.add(new ProtectConfig(path, List.of())));
      } else if (element instanceof ConfigObject object) {
        protect(object).ifPresent(paths::add);
      } else {
        problems.add(element, KEY, "holds paths, or objects like { path = \"/home\" }");
      }
    }
    if (keys.config().getList(KEY).isEmpty()) {
      keys.problem(KEY, "names no path, so there is nothing to protect");
    }
    return paths;
  }

  private Optional<ProtectConfig> protect(ConfigObject object) {
    object.forEach(
        (key, value) -> {
          if (!PROTECT_KEYS.contains(key)) {
            problems.add(
                value,
                KEY + "." + key,
                "is no such key" + UnknownKeys.suggestion(key, PROTECT_KEYS));
          }
        });
    ConfigValue path = object.get("path");
    if (path == null) {
      problems.add(object, KEY, "lacks its path");
      return Optional.empty();
    }
    Optional<Path> root = protectedPath(path);
    List<String> excludes = new ArrayList<>();
    ConfigValue exclude = object.get("exclude");
    if (exclude != null && exclude.valueType() != ConfigValueType.LIST) {
      problems.add(exclude, EXCLUDE, "must be a list of paths");
    } else if (exclude != null) {
      for (ConfigValue element : (ConfigList) exclude) {
        root.flatMap(inside -> exclude(element, inside)).ifPresent(excludes::add);
      }
    }
    return root.map(inside -> new ProtectConfig(inside, excludes));
  }

  private Optional<Path> protectedPath(ConfigValue value) {
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
            KEY,
            "/ cannot be protected with strategy = ddd: a mark on every directory of the machine"
                + " would hold up the engine itself; use strategy = filesystem");
        return Optional.empty();
      }
      return Optional.of(path);
    } catch (IllegalArgumentException e) {
      problems.add(value, KEY, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<String> exclude(ConfigValue value, Path inside) {
    if (value.valueType() != ConfigValueType.STRING) {
      problems.add(value, EXCLUDE, "holds paths and patterns, as strings");
      return Optional.empty();
    }
    try {
      return Optional.of(ExcludePattern.resolve(String.valueOf(value.unwrapped()), inside));
    } catch (IllegalArgumentException e) {
      problems.add(value, EXCLUDE, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
