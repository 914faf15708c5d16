package io.nacre.engine.reload;

import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.EngineStartException;
import java.io.IOException;
import java.util.concurrent.CompletionStage;

/** The running engine, as a reload sees it; for the thread of the reloads. */
public interface ReloadTarget {

  /** Returns the configuration that was asked for last, whatever the kernel made of it. */
  EngineConfig asked();

  /**
   * Changes the engine to {@code next}, which differs only in what can change while it runs.
   *
   * @return completes when every path is protected by {@code next} or reported
   * @throws ConfigurationException if {@code next} is refused; nothing has changed then
   * @throws EngineStartException as well
   * @throws IOException as well
   */
  CompletionStage<Void> apply(EngineConfig next)
      throws ConfigurationException, EngineStartException, IOException;
}
