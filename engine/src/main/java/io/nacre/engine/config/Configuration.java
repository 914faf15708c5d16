package io.nacre.engine.config;

import java.util.List;

/**
 * An accepted configuration.
 *
 * @param engine the configuration of the engine
 * @param notes one line for each setting of the clamd.conf with its meaning; empty without one
 */
public record Configuration(EngineConfig engine, List<String> notes) {
  public Configuration {
    notes = List.copyOf(notes);
  }
}
