package io.nacre.engine.quarantine;

import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import java.time.Instant;

/**
 * Why a file is put away.
 *
 * @param signature what clamd found in it
 * @param at when it was found
 * @param occasion why it was looked at
 * @param opener who wanted or wrote it
 */
public record QuarantineReason(
    String signature, Instant at, ScanTrigger occasion, ProcessInfo opener) {}
