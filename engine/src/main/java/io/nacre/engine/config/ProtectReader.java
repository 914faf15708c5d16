package io.nacre.engine.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.nacre.engine.policy.DirectoryRegex;
import io.nacre.engine.policy.NearestName;
import io.nacre.engine.policy.Strategy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code nacre.protect}: paths, or objects with a path and more about it. */
final class ProtectReader {
  private static final Logger LOG = LoggerFactory.getLogger(ProtectReader.class);
  private static final String KEY = "nacre.protect";
  private static final Set<String> PROTECT_KEYS =
      Set.of("path", "exclude", "exclude-regex", "recursive", "strategy");

  private final Keys keys;
  private final Problems problems;
  private final Strategy otherwise;

  /** A reader of paths; {@code otherwise} is the strategy of those that name none. */
  ProtectReader(Keys keys, Strategy otherwise) {
    this.keys = keys;
    this.problems = keys.problems();
    this.otherwise = otherwise;
  }

  List<ProtectConfig> read() {
    ProtectedPaths paths = new ProtectedPaths(problems);
    if (keys.written(KEY).valueType() != ConfigValueType.LIST) {
      keys.problem(KEY, "must be a list of paths: protect = [\"/srv\"]");
      return List.of();
    }
    for (ConfigValue element : keys.config().getList(KEY)) {
      if (element.valueType() == ConfigValueType.STRING) {
        protectedPath(element)
            .map(path -> protect(element, path, List.of(), List.of(), true, otherwise))
            .ifPresent(path -> paths.add(element, path));
      } else if (element instanceof ConfigObject object) {
        protect(object).ifPresent(path -> paths.add(element, path));
      } else {
        problems.add(element, KEY, "holds paths, or objects like { path = \"/home\" }");
      }
    }
    if (keys.config().getList(KEY).isEmpty()) {
      keys.problem(KEY, "names no path, so there is nothing to protect");
    }
    return paths.all();
  }

  private Optional<ProtectConfig> protect(ConfigObject object) {
    object.forEach(
        (key, value) -> {
          if (!PROTECT_KEYS.contains(key)) {
            problems.add(
                value,
                KEY + "." + key,
                "is no such key" + NearestName.suggestion(key, PROTECT_KEYS));
          }
        });
    ConfigValue path = object.get("path");
    if (path == null) {
      problems.add(object, KEY, "has no path");
      return Optional.empty();
    }
    boolean recursive = recursive(object);
    Strategy strategy = strategy(object, recursive);
    return protectedPath(path)
        .map(
            root ->
                protect(
                    path,
                    root,
                    list(object, "exclude", root, ExcludePattern::resolve),
                    list(object, "exclude-regex", root, ProtectReader::regex),
                    recursive,
                    strategy));
  }

  private ProtectConfig protect(
      ConfigValue value,
      Path path,
      List<String> exclude,
      List<String> excludeRegex,
      boolean recursive,
      Strategy strategy) {
    if (path.getParent() == null && strategy == Strategy.DDD && recursive) {
      problems.add(
          value,
          KEY,
          "/ cannot be protected with strategy = ddd: a mark on every directory of the machine"
              + " would block the engine itself; use strategy = filesystem");
    }
    return new ProtectConfig(path, exclude, excludeRegex, recursive, strategy);
  }

  private boolean recursive(ConfigObject object) {
    ConfigValue value = object.get("recursive");
    if (value == null || value.unwrapped() instanceof Boolean) {
      return value == null || value.unwrapped().equals(true);
    }
    problems.add(value, KEY + ".recursive", "must be true or false" + Keys.notShown(value));
    return true;
  }

  /** A single directory needs one mark on any file system. */
  private Strategy strategy(ConfigObject object, boolean recursive) {
    ConfigValue value = object.get("strategy");
    Strategy strategy = otherwise;
    if (value != null) {
      Optional<Strategy> said =
          Stream.of(Strategy.values())
              .filter(candidate -> candidate.label().equals(value.unwrapped()))
              .findAny();
      if (said.isEmpty()) {
        problems.add(
            value,
            KEY + ".strategy",
            "must be auto, ddd, filesystem or mount, not " + value.unwrapped());
      }
      strategy = said.orElse(otherwise);
    }
    return strategy == Strategy.AUTO && !recursive ? Strategy.DDD : strategy;
  }

  private Optional<Path> protectedPath(ConfigValue value) {
    try {
      String written = String.valueOf(value.unwrapped());
      Path path = ProtectedPath.resolve(written);
      if (!path.equals(Path.of(written).normalize())) {
        LOG.info(
            "{} leads to {}, which is protected, even if the links change later", written, path);
      }
      return Optional.of(path);
    } catch (IllegalArgumentException e) {
      String reason =
          e.getMessage()
              + (String.valueOf(value.unwrapped()).contains(" /") ? "; is a comma missing?" : "");
      if (String.valueOf(value.unwrapped()).startsWith("/")) {
        problems.addOfMachine(value, KEY, reason);
      } else {
        problems.add(value, KEY, reason);
      }
      return Optional.empty();
    }
  }

  /** Returns the elements of {@code key}, each resolved inside of {@code root} by {@code read}. */
  private List<String> list(
      ConfigObject object, String key, Path root, BiFunction<String, Path, String> read) {
    List<String> understood = new ArrayList<>();
    ConfigValue list = object.get(key);
    if (list == null) {
      return understood;
    }
    if (list.valueType() != ConfigValueType.LIST) {
      problems.add(list, KEY + "." + key, "must be a list: " + key + " = [\"…\"]");
      return understood;
    }
    for (ConfigValue element : (ConfigList) list) {
      if (element.valueType() != ConfigValueType.STRING) {
        problems.add(element, KEY + "." + key, "holds paths and patterns, as strings");
        continue;
      }
      try {
        understood.add(read.apply(String.valueOf(element.unwrapped()), root));
      } catch (IllegalArgumentException e) {
        problems.add(element, KEY + "." + key, String.valueOf(e.getMessage()));
      }
    }
    return understood;
  }

  private static String regex(String regex, Path root) {
    DirectoryRegex compiled;
    try {
      compiled = DirectoryRegex.parse(regex);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(regex + ": " + e.getMessage(), e);
    }
    byte[] path = root.toString().getBytes(StandardCharsets.UTF_8);
    if (compiled.matches(path, path.length)) {
      throw new IllegalArgumentException(regex + " leaves nothing of " + root + " to protect");
    }
    return regex;
  }
}
