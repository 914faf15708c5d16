package io.nacre.engine.config;

import java.util.List;

/** The files that the configuration of a running engine is read from again; for one thread. */
public interface ConfigurationSource {

  /** No files: the engine was configured by its command line. */
  ConfigurationSource NONE =
      new ConfigurationSource() {
        @Override
        public Configuration accepted() {
          throw new IllegalStateException("there is no file");
        }

        @Override
        public Configuration read() throws ConfigurationException {
          throw new ConfigurationException(
              List.of(
                  "this engine was configured by its command line; start it again to change it"));
        }

        @Override
        public void accept(Configuration read) {}

        @Override
        public void onApplied(EngineConfig config) {}
      };

  /** Returns the configuration that the engine was started with, or accepted last. */
  Configuration accepted();

  /** Reads the files. */
  Configuration read() throws ConfigurationException;

  /** Takes {@code read} as the configuration that the engine works by, all of it. */
  void accept(Configuration read);

  /** Is called when the engine works by {@code config}, which may be a part of what was read. */
  void onApplied(EngineConfig config);
}
