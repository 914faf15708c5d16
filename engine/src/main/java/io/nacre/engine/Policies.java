package io.nacre.engine;

import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.policy.Exemptions;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Policy;
import io.nacre.engine.policy.ProgramSet;
import io.nacre.engine.startup.ExemptUsers;
import java.io.IOException;

/** The policy of a configuration: users looked up, path rules compiled. */
final class Policies {
  private Policies() {}

  /** Returns the policy of {@code config} as generation {@code generation}. */
  static Policy of(EngineConfig config, long generation) throws EngineStartException, IOException {
    // Without prevention no opener waits, so no program needs an exemption.
    ProgramSet programs =
        config.watch().isPreventing()
            ? new ProgramSet(config.policy().exempt().programs())
            : ProgramSet.NONE;
    return new Policy(
        generation,
        new Exemptions(ExemptUsers.resolve(config.policy().exempt()).uids(), programs),
        rules(config),
        config.policy().maxFileSizeBytes(),
        config.policy().deadline(),
        config.policy().fallback());
  }

  private static PathRules rules(EngineConfig config) {
    return new PathRules(
        config.watch().protect().stream()
            .map(
                path ->
                    new PathRules.Include(
                        path.path().toString(),
                        path.exclude(),
                        path.excludeRegex(),
                        path.recursive()))
            .toList());
  }
}
