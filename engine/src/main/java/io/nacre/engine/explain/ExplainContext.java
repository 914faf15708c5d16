package io.nacre.engine.explain;

import io.nacre.engine.caching.VerdictCaches;
import io.nacre.engine.clamd.ClamdHealth;
import io.nacre.engine.intake.TriageRules;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.mark.Marks;
import java.util.function.Supplier;

/**
 * What an explanation reads of the stages of a running engine.
 *
 * @param triage the rules by which the reader thread answers at once
 * @param clamd the state of the best clamd now
 */
public record ExplainContext(
    Marks marks,
    PathRules rules,
    Coverage coverage,
    VerdictCaches caches,
    TriageRules triage,
    FallbackPolicy fallback,
    Supplier<ClamdHealth.State> clamd) {}
