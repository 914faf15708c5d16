package io.nacre.engine.config;

import java.util.function.Consumer;

/** The files of a {@link ConfigSource}, as they were read last; for one thread at a time. */
public final class ConfigurationFiles implements ConfigurationSource {
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
    Configuration first = ConfigFile.read(source);
    listener.accept(first.engine());
    return new ConfigurationFiles(source, first, listener);
  }

  @Override
  public Configuration accepted() {
    return accepted;
  }

  @Override
  public Configuration read() throws ConfigurationException {
    return ConfigFile.read(source);
  }

  @Override
  public void accept(Configuration read) {
    accepted = read;
    listener.accept(read.engine());
  }
}
