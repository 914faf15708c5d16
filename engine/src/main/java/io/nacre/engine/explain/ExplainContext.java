package io.nacre.engine.explain;

import io.nacre.engine.caching.VerdictCaches;
import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.intake.TriageState;
import io.nacre.engine.policy.LivePolicy;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.mark.Marks;
import java.util.function.Supplier;

/**
 * What an explanation reads of the stages of a running engine.
 *
 * @param triage what triage reads besides the policy
 * @param policy the current policy
 * @param clamd the state of the best clamd now
 */
public record ExplainContext(
    Marks marks,
    Coverage coverage,
    VerdictCaches caches,
    TriageState triage,
    LivePolicy policy,
    Supplier<ClamdHealth.State> clamd) {}
