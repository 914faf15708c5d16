package io.nacre.engine;

import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.DescriptorBudget;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.OpenedResources;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.context.StopSignals;
import io.nacre.engine.intake.TriggerMask;
import io.nacre.engine.policy.LivePolicy;
import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.watch.place.MountPoints;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.process.OpenFileLimit;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The resources that all stages of an engine share, before any stage is open. */
final class SharedResources {
  private static final Logger LOG = LoggerFactory.getLogger(SharedResources.class);
  private static final long FIRST_GENERATION = 1;

  private SharedResources() {}

  /** Opens what the stages share, and adds it to {@code opened}. */
  static StageContext open(
      EngineConfig config, FanotifyGroup group, LongSupplier nanoClock, OpenedResources opened)
      throws EngineStartException, IOException {
    StopSignals stops = StopSignals.open();
    opened.addResource(stops::close);
    return new StageContext(
        group,
        TriggerMask.of(config.watch().prevention(), config.watch().triggers()),
        new LivePolicy(Policies.of(config, FIRST_GENERATION)),
        new ScannerProcesses(),
        new OwnMounts(),
        new AnswerCounts(),
        new DescriptorBudget(OpenFileLimit.raise()),
        stops,
        nanoClock);
  }

  /** Returns the local mount points below {@code path}; none if the kernel does not list them. */
  static List<String> mountsBelow(String path) {
    try {
      return MountPoints.localBelow(path);
    } catch (IOException e) {
      LOG.warn("a scan leaves out the mounts below {}: {}", path, e.getMessage());
      return List.of();
    }
  }
}
