package io.nacre.engine.request;

import java.time.Instant;

/**
 * How a file was opened, written or found, and what the answer was.
 *
 * @param occasion why it was looked at
 * @param opener who opened or wrote it, as far as that was known then
 * @param at when it was opened, written or found
 * @param answer what the opener was told, and why
 */
public record AccessOutcome(ScanTrigger occasion, ProcessInfo opener, Instant at, Answer answer) {}
