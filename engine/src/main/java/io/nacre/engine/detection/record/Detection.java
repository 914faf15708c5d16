package io.nacre.engine.detection.record;

import io.nacre.engine.request.Answer;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import java.time.Instant;

/**
 * An infected file, with the access or the background scan that it was found by.
 *
 * @param at when the verdict came
 * @param path the file, printable: control characters and bytes that are not UTF-8 are escaped
 * @param signature clamd's name for what it found
 * @param trigger why the file was scanned
 * @param accessedAt when it was opened, written or found
 * @param process the opener or the writer; unknown for a file that was moved in
 * @param answer the answer to the opener. An allow has the reason why there was no verdict in time.
 *     Also an allow if no process waited
 */
public record Detection(
    Instant at,
    String path,
    String signature,
    ScanTrigger trigger,
    Instant accessedAt,
    ProcessInfo process,
    Answer answer) {}
