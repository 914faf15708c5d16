package io.nacre.engine.config;

import java.util.List;

/**
 * A configuration that was accepted.
 *
 * @param engine what the engine is told
 * @param notes how each setting of a clamd.conf was understood, a line each; empty without one
 */
public record Configuration(EngineConfig engine, List<String> notes) {
  public Configuration {
    notes = List.copyOf(notes);
  }
}
