package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValueFactory;
import io.nacre.engine.clamdconf.ClamdConfLayer;
import io.nacre.engine.clamdconf.ExcludeMeaning;
import io.nacre.engine.clamdconf.PathLists;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A configuration file in HOCON. It overrides the clamd.conf, if there is one, and {@code
 * reference.conf}. It is accepted or refused as a whole.
 *
 * <p>Values never come from the environment or the network: an engine runs as root, and its file
 * must contain everything.
 */
public final class ConfigFile {
  private static final String CLAMD_CONF = "nacre.clamd-conf";
  private static final String CLAMD_CONF_EXCLUDE = "nacre.clamd-conf-exclude";
  private static final ConfigResolveOptions IN_ITSELF =
      ConfigResolveOptions.defaults().setUseSystemEnvironment(false);

  private ConfigFile() {}

  /** Reads {@code file}. */
  public static EngineConfig read(Path file) throws ConfigurationException {
    return read(ConfigSource.of(file)).engine();
  }

  /** Reads {@code source}. */
  public static Configuration read(ConfigSource source) throws ConfigurationException {
    try {
      Config own = source.file().isPresent() ? parse(source.file().get()) : ConfigFactory.empty();
      return from(overrides(source).withFallback(own), source.lists());
    } catch (ConfigException e) {
      throw refused(e);
    } catch (StackOverflowError e) {
      throw new ConfigurationException(List.of("the configuration is nested too deeply"));
    }
  }

  /** Reads {@code text}, which {@code origin} names in messages. */
  public static EngineConfig parse(String text, String origin) throws ConfigurationException {
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setOriginDescription(origin)
            .setIncluder(new FilesOnlyIncluder());
    try {
      return from(ConfigFactory.parseString(text, options), PathLists.NONE).engine();
    } catch (ConfigException e) {
      throw refused(e);
    } catch (StackOverflowError e) {
      throw new ConfigurationException(List.of("the configuration is nested too deeply"));
    }
  }

  private static Config parse(Path file) throws ConfigurationException {
    if (!Files.isReadable(file)) {
      throw new ConfigurationException(
          List.of(file + ": cannot be read; does it exist, and may we read it?"));
    }
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setAllowMissing(false).setIncluder(new FilesOnlyIncluder());
    return ConfigFactory.parseFile(file.toFile(), options);
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

  private static Configuration from(Config own, PathLists lists) throws ConfigurationException {
    Config reference =
        ConfigFactory.parseResources(ConfigFile.class, "/io/nacre/engine/reference.conf");
    Problems problems = new Problems();
    // With the defaults below it, so that += adds to a default.
    Config usable = own.withFallback(reference).resolve(IN_ITSELF);
    Config written = own.resolve(IN_ITSELF);
    List<String> useless = UnknownKeys.find(written.root(), reference.root(), problems);
    Optional<ClamdConfLayer> layer =
        clamdConf(
            new Keys(
                without(useless, written),
                without(useless, usable).withFallback(reference),
                problems),
            lists);
    if (layer.isPresent()) {
      Config below = layer.get().config();
      usable = own.withFallback(below).withFallback(reference).resolve(IN_ITSELF);
      written = own.withFallback(below).resolve(IN_ITSELF);
    }
    EngineConfig config =
        new ConfigReader(
                new Keys(
                    without(useless, written),
                    without(useless, usable).withFallback(reference),
                    problems))
            .read();
    problems.throwIfAny();
    return new Configuration(
        config,
        usable.withFallback(reference).root(),
        layer.map(ClamdConfLayer::notes).orElse(List.of()));
  }

  private static Config without(List<String> useless, Config config) {
    Config rest = config;
    for (String key : useless) {
      rest = rest.withoutPath(key);
    }
    return rest;
  }

  private static Optional<ClamdConfLayer> clamdConf(Keys keys, PathLists lists) {
    ExcludeMeaning excludes =
        keys.choice(CLAMD_CONF_EXCLUDE, ExcludeMeaning.values(), ExcludeMeaning.REGEX);
    return keys.path(CLAMD_CONF)
        .map(file -> ClamdConfLayer.read(file, excludes, lists, keys.problems()::add));
  }

  private static ConfigurationException refused(ConfigException e) {
    String where = e.origin() == null ? "" : Problems.where(e.origin()) + ": ";
    return new ConfigurationException(List.of(where + Problems.withoutOrigin(e)));
  }
}
