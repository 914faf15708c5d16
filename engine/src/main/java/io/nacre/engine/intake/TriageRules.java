package io.nacre.engine.intake;

import io.nacre.engine.policy.Exemptions;
import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.verdict.CleanCache;

/**
 * What triage goes by.
 *
 * @param self our own process
 * @param scanners the clamds, which never wait for us
 * @param exemptions the users and programs nobody holds up
 * @param paths what is protected
 * @param ownMounts the mounts that protected paths lie on, and how far marks reach
 * @param clean the files that need no scan
 * @param maxFileSizeBytes the biggest file that is scanned
 */
public record TriageRules(
    int self,
    ScannerProcesses scanners,
    Exemptions exemptions,
    PathRules paths,
    OwnMounts ownMounts,
    CleanCache clean,
    long maxFileSizeBytes) {}
