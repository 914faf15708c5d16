package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A configuration file: HOCON, read on top of {@code reference.conf}, accepted or refused whole.
 *
 * <p>Nothing from the environment or the network gets in: an engine runs as root, and its file must
 * say all there is.
 */
public final class ConfigFile {

  private ConfigFile() {}

  /** Reads {@code file}. */
  public static EngineConfig read(Path file) throws ConfigurationException {
    if (!Files.isReadable(file)) {
      throw new ConfigurationException(
          List.of(file + ": cannot be read; does it exist, and may we read it?"));
    }
    ConfigParseOptions options =
        ConfigParseOptions.defaults().setAllowMissing(false).setIncluder(new FilesOnlyIncluder());
    try {
      return from(ConfigFactory.parseFile(file.toFile(), options));
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
      return from(ConfigFactory.parseString(text, options));
    } catch (ConfigException e) {
      throw refused(e);
    } catch (StackOverflowError e) {
      throw new ConfigurationException(List.of("the configuration is nested too deeply"));
    }
  }

  private static EngineConfig from(Config own) throws ConfigurationException {
    ConfigResolveOptions inItself = ConfigResolveOptions.defaults().setUseSystemEnvironment(false);
    Config reference =
        ConfigFactory.parseResources(ConfigFile.class, "/io/nacre/engine/reference.conf");
    Problems problems = new Problems();
    // With the defaults below it, so that += adds to a default.
    Config usable = own.withFallback(reference).resolve(inItself);
    Config written = own.resolve(inItself);
    for (String useless : UnknownKeys.find(written.root(), reference.root(), problems)) {
      usable = usable.withoutPath(useless);
      written = written.withoutPath(useless);
    }
    EngineConfig config =
        new ConfigReader(new Keys(written, usable.withFallback(reference), problems)).read();
    problems.throwIfAny();
    return config;
  }

  private static ConfigurationException refused(ConfigException e) {
    String where = e.origin() == null ? "" : Problems.where(e.origin()) + ": ";
    return new ConfigurationException(List.of(where + Problems.withoutOrigin(e)));
  }
}
