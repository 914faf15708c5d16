package io.nacre.engine.config;

import com.typesafe.config.ConfigObject;
import java.util.List;

/**
 * A configuration that was read.
 *
 * @param engine the configuration of the engine
 * @param effective every key with its value, the defaults included
 * @param notes one line for each setting of the clamd.conf with its meaning; empty without one
 * @param origins where each value is written
 * @param warnings what an administrator should know, and what an engine starts with nevertheless
 */
public record Configuration(
    EngineConfig engine,
    ConfigObject effective,
    List<String> notes,
    Origins origins,
    List<ConfigProblem> warnings) {
  public Configuration {
    notes = List.copyOf(notes);
    warnings = List.copyOf(warnings);
  }

  /** Returns the same configuration with {@code more} warnings. */
  public Configuration withWarnings(List<ConfigProblem> more) {
    return new Configuration(engine, effective, notes, origins, more);
  }
}
