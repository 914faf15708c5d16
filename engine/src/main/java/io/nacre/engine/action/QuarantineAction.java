package io.nacre.engine.action;

import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.detection.FileAction;
import io.nacre.engine.detection.record.ActionResult;
import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.log.Printable;
import io.nacre.engine.quarantine.ActionOutcome;
import io.nacre.engine.quarantine.Quarantine;
import io.nacre.engine.quarantine.QuarantineReason;
import io.nacre.linux.Fd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configured action on an infected file: moves, copies or removes it by the quarantine. */
public final class QuarantineAction implements FileAction {
  private static final Logger LOG = LoggerFactory.getLogger(QuarantineAction.class);

  private final ActionResult.Kind kind;
  private final BiFunction<Fd, QuarantineReason, ActionOutcome> action;

  private QuarantineAction(
      ActionResult.Kind kind, BiFunction<Fd, QuarantineReason, ActionOutcome> action) {
    this.kind = kind;
    this.action = action;
  }

  /**
   * Returns the action of {@code config}; creates the quarantine if the action needs one.
   *
   * @param protectedPaths the configured paths, for a note if the quarantine lies below one
   * @param maxFileSizeBytes the size up to which files are scanned
   * @throws ConfigurationException if the quarantine cannot be created, or is not safe
   */
  public static FileAction of(
      DetectionConfig config, List<Path> protectedPaths, long maxFileSizeBytes)
      throws ConfigurationException {
    if (config.hasQuarantine()
        && protectedPaths.stream().anyMatch(config.quarantine()::startsWith)) {
      LOG.info(
          "the quarantine {} lies in a protected path, and is not protected: only root can enter it",
          config.quarantine());
    }
    return switch (config.action()) {
      case NONE -> FileAction.NOTHING;
      case MOVE ->
          new QuarantineAction(ActionResult.Kind.MOVED, quarantine(config, maxFileSizeBytes)::move);
      case COPY ->
          new QuarantineAction(
              ActionResult.Kind.COPIED, quarantine(config, maxFileSizeBytes)::copy);
      case REMOVE ->
          new QuarantineAction(
              ActionResult.Kind.REMOVED,
              (file, reason) -> Quarantine.remove(file, config.quarantine()));
    };
  }

  private static Quarantine quarantine(DetectionConfig config, long maxFileSizeBytes)
      throws ConfigurationException {
    try {
      return new Quarantine(
          config.quarantine(), maxFileSizeBytes, Printable::of, Clock.systemUTC());
    } catch (IOException e) {
      throw new ConfigurationException(List.of("nacre.detection.quarantine: " + e.getMessage()));
    }
  }

  @Override
  public ActionResult on(Fd file, Detection detection) {
    QuarantineReason reason =
        new QuarantineReason(
            detection.signature(), detection.at(), detection.trigger(), detection.process());
    ActionOutcome outcome = action.apply(file, reason);
    if (outcome instanceof ActionOutcome.Failed failed) {
      return new ActionResult(ActionResult.Kind.FAILED, Printable.of(failed.why()));
    }
    return new ActionResult(kind, Printable.of(((ActionOutcome.Done) outcome).detail()));
  }
}
