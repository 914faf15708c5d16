package io.nacre.engine.cli;

import io.nacre.engine.detection.Detection;
import io.nacre.linux.fanotify.Response;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each detection as one warning. */
final class DetectionLog implements Consumer<Detection> {
  private static final Logger LOG = LoggerFactory.getLogger("nacre.detection");

  private final OpenerText openers = new OpenerText();

  @Override
  public void accept(Detection detection) {
    LOG.warn(
        "{} {}: {} FOUND, opened by {}",
        detection.answer().response() == Response.DENY ? "denied" : "let through",
        detection.path(),
        detection.signature(),
        openers.of(detection.opener()));
  }
}
