package io.nacre.engine.cli.run;

import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.record.DetectionText;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of detections, one warning for each. */
final class DetectionLog implements Consumer<DetectionRecord> {
  private static final Logger LOG = LoggerFactory.getLogger("nacre.detection");

  private final DetectionText text = new DetectionText();

  @Override
  public void accept(DetectionRecord record) {
    LOG.warn("{}", text.line(record));
  }
}
