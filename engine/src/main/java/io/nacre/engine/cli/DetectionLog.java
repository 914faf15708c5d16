package io.nacre.engine.cli;

import io.nacre.engine.detection.Detection;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each detection as one warning. */
final class DetectionLog implements Consumer<Detection> {
  private static final Logger LOG = LoggerFactory.getLogger("nacre.detection");

  private final DetectionText text = new DetectionText();

  @Override
  public void accept(Detection detection) {
    String outcome = DetectionText.outcome(detection);
    String cause = text.cause(detection);
    if (detection.occasion().isBackground()) {
      LOG.warn("{} {}: {} ({})", outcome, detection.path(), detection.signature(), cause);
    } else {
      LOG.warn("{} {}: {} FOUND, {}", outcome, detection.path(), detection.signature(), cause);
    }
  }
}
