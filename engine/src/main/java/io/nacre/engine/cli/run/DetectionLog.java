package io.nacre.engine.cli.run;

import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.record.DetectionText;
import io.nacre.engine.log.LogLevel;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of {@code nacre run}: its level, and one warning for each detection if it is asked for.
 */
final class DetectionLog implements Consumer<DetectionRecord> {
  private static final Logger LOG = LoggerFactory.getLogger("nacre.detection");

  private final DetectionText text = new DetectionText();
  private volatile boolean isEnabled;

  /** Follows {@code config}; for any thread. */
  void onConfiguration(EngineConfig config) {
    LogLevel.set(config.log().level().name());
    isEnabled = config.detection().logs().contains(DetectionConfig.Log.TEXT);
  }

  @Override
  public void accept(DetectionRecord record) {
    if (isEnabled) {
      LOG.warn("{}", text.line(record));
    }
  }
}
