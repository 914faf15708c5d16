package io.nacre.engine;

import io.nacre.engine.action.QuarantineAction;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.config.ProtectConfig;
import io.nacre.engine.detection.FileAction;
import io.nacre.engine.detection.Reporter;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.sink.DetectionSinks;
import java.util.function.Consumer;

/** The actions on a detection, by a configuration: the one on the file, and the sinks. */
final class DetectionActions {

  private DetectionActions() {}

  /**
   * Opens the sinks, and the quarantine if the action needs one.
   *
   * @param listener receives each detection
   */
  static Reporter.Actions of(EngineConfig config, Consumer<DetectionRecord> listener)
      throws ConfigurationException {
    FileAction action =
        QuarantineAction.of(
            config.detection(),
            config.watch().protect().stream().map(ProtectConfig::path).toList(),
            config.policy().maxFileSizeBytes());
    return new Reporter.Actions(
        action,
        config.policy().maxFileSizeBytes(),
        DetectionSinks.open(config.detection(), listener));
  }

  /** Returns whether the actions by {@code one} differ from those by {@code other}. */
  static boolean differ(EngineConfig one, EngineConfig other) {
    return !one.detection().equals(other.detection())
        || one.policy().maxFileSizeBytes() != other.policy().maxFileSizeBytes()
        || !one.watch().protect().equals(other.watch().protect());
  }
}
