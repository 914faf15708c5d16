package io.nacre.engine.startup;

import io.nacre.engine.config.ConfigProblem;
import io.nacre.engine.config.ConfigSource;
import io.nacre.engine.config.Configuration;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.ConfigurationSource;
import io.nacre.engine.config.EngineConfig;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a {@link ConfigSource}, as they were read and checked last; for one thread at a
 * time.
 */
public final class ConfigurationFiles implements ConfigurationSource {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationFiles.class);

  private final ConfigSource source;
  private final Consumer<EngineConfig> listener;
  private volatile Configuration accepted;

  private ConfigurationFiles(
      ConfigSource source, Configuration accepted, Consumer<EngineConfig> listener) {
    this.source = source;
    this.accepted = accepted;
    this.listener = listener;
  }

  /**
   * Reads the files for the first time.
   *
   * @param listener receives each configuration that the engine works by, this one first
   */
  public static ConfigurationFiles read(ConfigSource source, Consumer<EngineConfig> listener)
      throws ConfigurationException {
    Configuration first = Preflight.read(source);
    listener.accept(first.engine());
    return new ConfigurationFiles(source, first, listener);
  }

  @Override
  public Configuration accepted() {
    return accepted;
  }

  @Override
  public Configuration read() throws ConfigurationException {
    return Preflight.read(source);
  }

  @Override
  public void accept(Configuration read) {
    accepted = read;
    logWarnings();
  }

  @Override
  public void onApplied(EngineConfig config) {
    listener.accept(config);
  }

  /** Logs what is accepted, and does less than it may seem to. */
  public void logWarnings() {
    accepted.warnings().stream().map(ConfigProblem::line).forEach(line -> LOG.warn("{}", line));
  }
}
