package io.nacre.engine.detection;

import io.nacre.engine.bulkhead.BulkheadCall;
import io.nacre.engine.detection.record.DetectedFile;
import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.detection.record.ProcessDetails;
import java.time.Duration;
import java.util.Optional;

/**
 * A detection between the scan stream and the reporter, with the facts that could not wait.
 *
 * @param file empty if the kernel could not tell
 * @param retained the open file; empty if there was no room. The owner of this record releases it
 * @param session the session of the process, see setsid(2); 0 if the process was gone
 * @param details of the process, which are being read; empty if they cannot be
 * @param scanTime how long clamd took; empty if clamd was not asked for this open
 */
record PendingDetection(
    Detection detection,
    Optional<DetectedFile> file,
    Optional<RetainedFiles.Retained> retained,
    int session,
    Optional<BulkheadCall<ProcessDetails>> details,
    Optional<Duration> scanTime) {}
