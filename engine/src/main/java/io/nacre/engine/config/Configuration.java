package io.nacre.engine.config;

import com.typesafe.config.ConfigObject;
import java.util.List;

/**
 * An accepted configuration.
 *
 * @param engine the configuration of the engine
 * @param effective every key with its value, the defaults included
 * @param notes one line for each setting of the clamd.conf with its meaning; empty without one
 */
public record Configuration(EngineConfig engine, ConfigObject effective, List<String> notes) {
  public Configuration {
    notes = List.copyOf(notes);
  }
}
