package io.nacre.engine.detection;

import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.context.Stage;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.sink.DetectionSinks;
import io.nacre.engine.request.DescriptorCloser;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * The stage that follows an infected verdict: record, action on the file, hook.
 *
 * <ul>
 *   <li>Owns: the reporter thread, the sinks, the infected files that stay open behind the answer.
 *   <li>Must not own: a request; each is closed by the end of the scan stream.
 *   <li>Hands to: the sinks and the action on the file.
 *   <li>Thread: the reporter thread, which may wait for disks and never for a protected file.
 * </ul>
 */
public final class Detecting implements Stage {
  private final Reporter reporter;
  private final Detections detections;

  private Detecting(Reporter reporter, Detections detections) {
    this.reporter = reporter;
    this.detections = detections;
  }

  /**
   * Opens the sinks and starts the reporter thread.
   *
   * @param action the action on an infected file
   * @param closer closes the descriptors of infected files
   * @param listener receives each detection
   */
  public static Detecting open(
      DetectionConfig config,
      StageContext context,
      FileAction action,
      DescriptorCloser closer,
      Consumer<DetectionRecord> listener)
      throws ConfigurationException {
    RetainedFiles files = new RetainedFiles(context.descriptors()::hasRoomFor, closer);
    Reporter reporter =
        new Reporter(
            action,
            context.policy().current().maxFileSizeBytes(),
            files,
            DetectionSinks.open(config, listener));
    return new Detecting(
        reporter, new Detections(Clock.systemUTC(), context.nanoClock(), files, reporter));
  }

  /** Returns the receiver of jobs behind their answer. */
  public Detections detections() {
    return detections;
  }

  /** Returns the thread that reports. */
  public Reporter reporter() {
    return reporter;
  }

  @Override
  public void close() {
    reporter.close();
  }
}
