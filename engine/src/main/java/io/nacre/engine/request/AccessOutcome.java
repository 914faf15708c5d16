package io.nacre.engine.request;

import java.time.Instant;

/**
 * An access to a file and its answer.
 *
 * @param trigger why the file was scanned, or was to be scanned
 * @param process the process that opened or wrote it, as far as it was known then
 * @param at when it was opened, written or found
 * @param answer the answer, and the reason for it
 */
public record AccessOutcome(ScanTrigger trigger, ProcessInfo process, Instant at, Answer answer) {}
