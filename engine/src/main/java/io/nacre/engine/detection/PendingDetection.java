package io.nacre.engine.detection;

import io.nacre.engine.bulkhead.BulkheadCall;
import io.nacre.engine.detection.record.DetectedFile;
import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.detection.record.ProcessDetails;
import java.time.Duration;
import java.util.Optional;

/**
 * A detection on its way from the stream to whoever reports it, with what could not wait.
 *
 * @param file nothing if the kernel would not tell
 * @param held the file itself; nothing if there was no room. Whoever has the finding lets go of it
 * @param session the session of the process, as setsid(2) made it; 0 if it was gone
 * @param facts of the process, which is being looked at; nothing if nobody can
 * @param scan how long clamd took; nothing if it was not asked for this open
 */
record PendingDetection(
    Detection detection,
    Optional<DetectedFile> file,
    Optional<RetainedFiles.Held> held,
    int session,
    Optional<BulkheadCall<ProcessDetails>> facts,
    Optional<Duration> scan) {}
