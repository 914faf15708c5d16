package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValueFactory;
import io.nacre.engine.clamdconf.ClamdConfLayer;
import io.nacre.engine.clamdconf.ExcludeMeaning;
import io.nacre.engine.clamdconf.PathLists;
import io.nacre.engine.config.text.SourceFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A configuration file in HOCON, with the files of {@code conf.d} beside it. It overrides the
 * clamd.conf, if there is one, and {@code reference.conf}. It is accepted or refused as a whole.
 *
 * <p>Values never come from the environment or the network: an engine runs as root, and its file
 * must contain everything.
 */
public final class ConfigFile {
  private static final String CLAMD_CONF = "nacre.clamd-conf";
  private static final String CLAMD_CONF_EXCLUDE = "nacre.clamd-conf-exclude";
  private static final ConfigResolveOptions IN_ITSELF =
      ConfigResolveOptions.defaults().setUseSystemEnvironment(false);

  private final SourceFiles files = new SourceFiles();
  private final Problems problems = new Problems();
  private final ConfigObject reference =
      ConfigFactory.parseResources(ConfigFile.class, "/io/nacre/engine/reference.conf").root();

  private ConfigFile() {}

  /**
   * A configuration as far as it could be read.
   *
   * @param configuration with a substitute for each value that is refused; empty if the text of a
   *     file has a problem
   * @param problems everything that is wrong; an engine starts if none of it is refused
   */
  public record Reading(Optional<Configuration> configuration, List<ConfigProblem> problems) {
    public Reading {
      problems = ConfigProblem.sorted(problems);
    }
  }

  /** Reads {@code file}. */
  public static EngineConfig read(Path file) throws ConfigurationException {
    return read(ConfigSource.of(file)).engine();
  }

  /** Reads {@code source}. */
  public static Configuration read(ConfigSource source) throws ConfigurationException {
    Reading reading = reading(source);
    ConfigurationException.throwIfRefused(reading.problems());
    return reading.configuration().orElseThrow().withWarnings(reading.problems());
  }

  /** Reads {@code source} as far as possible. */
  public static Reading reading(ConfigSource source) {
    return new ConfigFile().read(source, Optional.empty());
  }

  /** Reads {@code text}, which {@code origin} names in messages. */
  public static EngineConfig parse(String text, String origin) throws ConfigurationException {
    ConfigFile file = new ConfigFile();
    file.files.addText(text, origin);
    ConfigSource source = new ConfigSource(Optional.empty(), Optional.empty(), Optional.empty());
    Reading reading = file.read(source, Optional.of(Path.of(origin)));
    ConfigurationException.throwIfRefused(reading.problems());
    return reading.configuration().orElseThrow().engine();
  }

  /** Returns the text of the manual, {@code reference.conf}. */
  public static String manual() {
    return Manual.text();
  }

  private Reading read(ConfigSource source, Optional<Path> text) {
    List<Path> sources = new ArrayList<>();
    text.ifPresent(sources::add);
    source
        .file()
        .map(file -> file.toAbsolutePath().normalize())
        .ifPresent(
            file -> {
              sources.add(file);
              sources.addAll(ConfDirectory.beside(file, problems));
              sources.forEach(files::add);
              if (ConfDirectory.isRoot()) {
                files.paths().forEach(each -> ConfDirectory.requireRoots(each, problems));
              }
            });
    files.refuseUndefined(paths(reference));
    files.refuseAdditions(Manual.scalars());
    files
        .problems()
        .forEach(
            found -> problems.add(ConfigProblem.refused(found.where(), found.key(), found.text())));
    if (!sources.isEmpty() && !files.hasKeys() && !problems.areRefused()) {
      problems.add(
          ConfigProblem.refused(
              sources.get(0).toString(),
              "",
              "sets no key; nacre.protect is needed, and nacre config --defaults explains all"));
    }
    return new Reading(configuration(source, sources), problems.all());
  }

  private Optional<Configuration> configuration(ConfigSource source, List<Path> sources) {
    if (!files.hasKeys() && !sources.isEmpty()) {
      return Optional.empty();
    }
    try {
      Config own = ConfigFactory.empty();
      for (Path each : sources) {
        Config before = own;
        own = SourceIncluder.parse(files, each).withFallback(own);
        warnOfReplacedPaths(before, own);
      }
      return Optional.of(from(overrides(source).withFallback(own), source.lists()));
    } catch (ConfigException e) {
      if (!problems.areRefused()) { // else the text was refused in better words
        problems.add(refused(e));
      }
    } catch (StackOverflowError e) {
      problems.add(ConfigProblem.refused("", "", "the configuration is nested too deeply"));
    }
    return Optional.empty();
  }

  /** A later file that names other paths drops those of the file before it. */
  private void warnOfReplacedPaths(Config before, Config now) {
    String key = "nacre.protect";
    if (has(before, key) && isReplaced(before, now, key)) {
      problems.warn(
          now.root().toConfig().getValue(key),
          key,
          "replaces the paths of "
              + Origins.where(before.getValue(key).origin())
              + ", which are not protected; += would add to them");
    }
  }

  private static boolean has(Config config, String key) {
    try {
      return config.hasPath(key);
    } catch (ConfigException e) {
      return false; // a value with a reference is known only when all files are read
    }
  }

  private static boolean isReplaced(Config before, Config now, String key) {
    return has(now, key) && !now.getValue(key).origin().equals(before.getValue(key).origin());
  }

  /** Returns the keys of the command line, which override the file. */
  private static Config overrides(ConfigSource source) {
    Config overrides = source.overrides();
    if (source.clamdConf().isPresent()) {
      overrides = with(overrides, CLAMD_CONF, source.clamdConf().get().toString());
    }
    if (source.excludes().isPresent()) {
      overrides = with(overrides, CLAMD_CONF_EXCLUDE, Keys.name(source.excludes().get()));
    }
    return overrides;
  }

  private static Config with(Config config, String key, String value) {
    return config.withValue(key, ConfigValueFactory.fromAnyRef(value, "the command line"));
  }

  private Configuration from(Config own, PathLists lists) {
    Config defaults = reference.toConfig();
    // With the defaults below it, so that += adds to a default.
    Config usable = own.withFallback(defaults).resolve(IN_ITSELF);
    Config written = own.resolve(IN_ITSELF);
    List<String> useless = UnknownKeys.find(written.root(), reference, problems);
    Optional<ClamdConfLayer> layer = clamdConf(keys(useless, written, usable), lists);
    if (layer.isPresent()) {
      Config below = layer.get().config();
      usable = own.withFallback(below).withFallback(defaults).resolve(IN_ITSELF);
      written = own.withFallback(below).resolve(IN_ITSELF);
    }
    Keys keys = keys(useless, written, usable);
    EngineConfig config = new ConfigReader(keys).read();
    Contradictions.find(config, keys);
    return new Configuration(
        config,
        keys.config().root(),
        layer.map(ClamdConfLayer::notes).orElse(List.of()),
        keys.origins(),
        List.of());
  }

  private Keys keys(List<String> useless, Config written, Config usable) {
    return new Keys(
        without(useless, written),
        without(useless, usable).withFallback(reference.toConfig()),
        problems);
  }

  private static Config without(List<String> useless, Config config) {
    Config rest = config;
    for (String key : useless) {
      rest = rest.withoutPath(key);
    }
    return rest;
  }

  private Optional<ClamdConfLayer> clamdConf(Keys keys, PathLists lists) {
    ExcludeMeaning excludes =
        keys.choice(CLAMD_CONF_EXCLUDE, ExcludeMeaning.values(), ExcludeMeaning.REGEX);
    Optional<Path> file = keys.path(CLAMD_CONF);
    if (file.isPresent() && !Files.isRegularFile(file.get())) {
      keys.problem(
          CLAMD_CONF,
          file.get() + (Files.exists(file.get()) ? " is no regular file" : " does not exist"));
      return Optional.empty();
    }
    return file.map(path -> ClamdConfLayer.read(path, excludes, lists, problems::add));
  }

  /** Returns the paths of all keys and blocks. */
  private static Set<String> paths(ConfigObject root) {
    Set<String> paths = new HashSet<>();
    addPaths(root, "", paths);
    return paths;
  }

  private static void addPaths(ConfigObject block, String above, Set<String> paths) {
    block.forEach(
        (name, value) -> {
          paths.add(above + name);
          if (value instanceof ConfigObject inner) {
            addPaths(inner, above + name + ".", paths);
          }
        });
  }

  private static ConfigProblem refused(ConfigException e) {
    String where = e.origin() == null ? "" : Origins.where(e.origin());
    return ConfigProblem.refused(
        where,
        "",
        e instanceof ConfigException.UnresolvedSubstitution
            ? "a ${…} leads back to itself"
            : "cannot be understood; nacre config --defaults shows how keys are written");
  }
}
