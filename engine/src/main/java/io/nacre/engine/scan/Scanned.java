package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.Verdict;

/** A request whose file nobody scans any more, with what was found, or why it was not scanned. */
public record Scanned(PermissionRequest request, Verdict verdict) {}
