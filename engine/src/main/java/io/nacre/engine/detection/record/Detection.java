package io.nacre.engine.detection.record;

import io.nacre.engine.request.Answer;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import java.time.Instant;

/**
 * An infected file that somebody wanted to open, or that was found before anybody did.
 *
 * @param at when the verdict came
 * @param path the file, printable: control characters and bytes that are not UTF-8 are escaped
 * @param signature clamd's name for what was found
 * @param occasion why the file was looked at
 * @param since when it was opened, written or found
 * @param opener who wanted it, or who wrote it; nobody is known for a file that was moved in
 * @param answer what the opener was told: an allow, with the reason why it had no verdict, if that
 *     came too late; also an allow if there was nobody to tell
 */
public record Detection(
    Instant at,
    String path,
    String signature,
    ScanTrigger occasion,
    Instant since,
    ProcessInfo opener,
    Answer answer) {}
