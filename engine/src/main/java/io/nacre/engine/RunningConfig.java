package io.nacre.engine;

import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.reload.ReloadTarget;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The configuration of a running engine: the one that was asked for, and what the kernel supports
 * of it. Changes are for one thread; any thread reads.
 */
final class RunningConfig implements ReloadTarget {
  private volatile EngineConfig asked;
  private volatile EngineConfig current;
  private volatile Optional<EngineChange.Stages> stages = Optional.empty();

  RunningConfig(EngineConfig asked, EngineConfig current) {
    this.asked = asked;
    this.current = current;
  }

  /** Lets the configuration change: all of {@code changed} are open by now. */
  void setStages(EngineChange.Stages changed) {
    stages = Optional.of(changed);
  }

  /** Returns the configuration that the engine works by. */
  EngineConfig current() {
    return current;
  }

  @Override
  public EngineConfig asked() {
    return asked;
  }

  @Override
  public CompletionStage<Void> apply(EngineConfig next)
      throws ConfigurationException, EngineStartException, IOException {
    boolean isDowngraded = asked.watch().isPreventing() && !current.watch().isPreventing();
    EngineConfig supported = isDowngraded ? next.detecting() : next; // the group stays as it is
    EngineChange change = EngineChange.prepare(stages.orElseThrow(), current, supported);
    asked = next;
    current = supported;
    return change.commit();
  }
}
