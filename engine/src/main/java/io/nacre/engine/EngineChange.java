package io.nacre.engine;

import io.nacre.engine.caching.Caching;
import io.nacre.engine.clamd.Scanners;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.context.StageChange;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.detection.Detecting;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.policy.Policy;
import io.nacre.engine.scan.Scanning;
import io.nacre.engine.watch.Watching;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The change of a running engine to another configuration. Each stage prepares its part first. If
 * one refuses, all parts are discarded and nothing has changed.
 *
 * <p>The policy is published before the watch stage changes. So no event is judged by old rules
 * once a mark of the new rules exists, and no old rule silences a directory again.
 */
final class EngineChange {

  /** The stages that change, and what they have in common. */
  record Stages(
      StageContext context,
      StageActors actors,
      Caching caching,
      Detecting detecting,
      Scanners scanners,
      Scanning scanning,
      Watching watching,
      Consumer<DetectionRecord> listener) {}

  private final StageContext context;
  private final Policy policy;
  private final Deque<StageChange> prepared = new ArrayDeque<>();
  private StageChange watch = StageChange.NONE;

  private EngineChange(StageContext context, Policy policy) {
    this.context = context;
    this.policy = policy;
  }

  /** Prepares the change of {@code stages} from {@code old} to {@code next}. */
  static EngineChange prepare(Stages stages, EngineConfig old, EngineConfig next)
      throws ConfigurationException, EngineStartException, IOException {
    long generation = stages.context().policy().current().generation() + 1;
    EngineChange change = new EngineChange(stages.context(), Policies.of(next, generation));
    try {
      change.prepareStages(stages, old, next);
      return change;
    } catch (ConfigurationException | EngineStartException | IOException | RuntimeException e) {
      change.discard();
      throw e;
    }
  }

  private void prepareStages(Stages stages, EngineConfig old, EngineConfig next)
      throws ConfigurationException, EngineStartException, IOException {
    prepared.push(stages.caching().prepare(next.cache(), stages.actors()));
    if (DetectionActions.differ(old, next)) {
      prepared.push(stages.detecting().prepare(DetectionActions.of(next, stages.listener())));
    }
    prepared.push(stages.scanning().prepare(next.prefetch()));
    prepared.push(stages.scanners().prepare(next.clamd()));
    if (!next.watch().equals(old.watch())) {
      watch = stages.watching().prepare(next.watch(), policy.paths());
    }
  }

  /** Applies the change; completes when every path is protected by it or reported. */
  CompletionStage<Void> commit() {
    context.policy().publish(policy);
    prepared.descendingIterator().forEachRemaining(StageChange::commit);
    return watch.commit();
  }

  private void discard() {
    prepared.forEach(StageChange::discard);
  }
}
