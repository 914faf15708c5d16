package io.nacre.engine.quarantine;

import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import java.time.Instant;

/**
 * Why a file is put into the quarantine.
 *
 * @param signature clamd's name for what it found
 * @param at when it was found
 * @param trigger why it was scanned
 * @param process the opener or the writer
 */
public record QuarantineReason(
    String signature, Instant at, ScanTrigger trigger, ProcessInfo process) {}
