package io.nacre.engine.intake;

import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.CleanFileSink;
import io.nacre.engine.request.DeniedRequestSink;
import io.nacre.engine.request.OpenSink;
import io.nacre.engine.request.OutsideFileSink;
import io.nacre.engine.request.RequestSink;

/**
 * Where the readers of a group hand events to.
 *
 * @param requests takes requests to be scanned
 * @param background takes files to be scanned while no process waits
 * @param denied takes requests that were denied by a cached verdict
 * @param outside receives files outside of the protected paths
 * @param kernelCache receives files that were cached as clean when they were opened
 * @param opens receives the opens by processes that are not exempt
 */
public record ReaderSinks(
    RequestSink requests,
    BackgroundSink background,
    DeniedRequestSink denied,
    OutsideFileSink outside,
    CleanFileSink kernelCache,
    OpenSink opens) {}
