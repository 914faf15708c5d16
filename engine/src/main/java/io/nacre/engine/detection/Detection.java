package io.nacre.engine.detection;

import io.nacre.engine.request.Answer;
import io.nacre.engine.request.Opener;
import java.time.Instant;

/**
 * An infected file that somebody wanted to open.
 *
 * @param at when the verdict came
 * @param path the file, printable: control characters and bytes that are not UTF-8 are escaped
 * @param signature clamd's name for what was found
 * @param opener who wanted it
 * @param answer what the opener was told; an allow if the verdict came too late
 */
public record Detection(Instant at, String path, String signature, Opener opener, Answer answer) {}
