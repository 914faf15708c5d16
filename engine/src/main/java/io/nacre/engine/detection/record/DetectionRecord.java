package io.nacre.engine.detection.record;

import java.time.Duration;
import java.util.Optional;

/**
 * All there is to say of one detection, after what was done about it.
 *
 * @param file nothing if the kernel would not tell
 * @param sha256 of the file; nothing if it could not be read, is too big or took too long
 * @param facts of the process that opened or wrote the file
 * @param scan how long clamd took; nothing if it was known before, or by the scan of another open
 * @param action what became of the file
 */
public record DetectionRecord(
    Detection detection,
    Optional<DetectedFile> file,
    Optional<String> sha256,
    ProcessDetails facts,
    Optional<Duration> scan,
    ActionResult action) {}
