package io.nacre.engine.intake;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.InfectedFiles;

/**
 * What triage reads besides the policy, and what changes while the engine runs.
 *
 * @param self our own process
 * @param scanners the clamds, which never wait for us
 * @param ownMounts the mounts that protected paths lie on, and how far marks reach
 * @param clean the cache of clean files, which need no scan
 * @param infected the cache of infected files, which are denied
 */
public record TriageState(
    int self,
    ScannerProcesses scanners,
    OwnMounts ownMounts,
    CleanCache clean,
    InfectedFiles infected) {}
