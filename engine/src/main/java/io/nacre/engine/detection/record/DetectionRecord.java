package io.nacre.engine.detection.record;

import java.time.Duration;
import java.util.Optional;

/**
 * All facts about one detection, after the action on its file.
 *
 * @param file empty if the kernel could not tell
 * @param sha256 of the file; empty if it could not be read, is too big or took too long
 * @param details of the process that opened or wrote the file
 * @param scanTime how long clamd took; empty if the verdict was cached, or came from the scan of
 *     another open
 * @param action what became of the file
 */
public record DetectionRecord(
    Detection detection,
    Optional<DetectedFile> file,
    Optional<String> sha256,
    ProcessDetails details,
    Optional<Duration> scanTime,
    ActionResult action) {}
