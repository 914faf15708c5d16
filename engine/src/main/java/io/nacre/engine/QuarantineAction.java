package io.nacre.engine;

import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.detection.Detection;
import io.nacre.engine.detection.FileAction;
import io.nacre.engine.detection.Printable;
import io.nacre.engine.quarantine.ActionOutcome;
import io.nacre.engine.quarantine.Quarantine;
import io.nacre.engine.quarantine.QuarantineReason;
import io.nacre.linux.Fd;
import java.io.IOException;
import java.time.Clock;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the configuration wants done with an infected file, as the detection stage asks for it. */
final class QuarantineAction implements FileAction {
  private static final Logger LOG = LoggerFactory.getLogger(QuarantineAction.class);

  private final Kind done;
  private final BiFunction<Fd, QuarantineReason, ActionOutcome> action;

  private QuarantineAction(Kind done, BiFunction<Fd, QuarantineReason, ActionOutcome> action) {
    this.done = done;
    this.action = action;
  }

  /**
   * Returns what {@code engine} wants; makes the quarantine, if it wants one.
   *
   * @throws EngineStartException if that cannot be made, or is no safe place
   */
  static FileAction of(EngineConfig engine) throws EngineStartException {
    DetectionConfig config = engine.detection();
    if (config.hasQuarantine()
        && engine.protect().stream()
            .anyMatch(protect -> config.quarantine().startsWith(protect.path()))) {
      LOG.info(
          "the quarantine {} lies in a protected path, and is not protected: only root gets there",
          config.quarantine());
    }
    return switch (config.action()) {
      case NONE -> FileAction.NOTHING;
      case MOVE -> new QuarantineAction(Kind.MOVED, quarantine(engine)::move);
      case COPY -> new QuarantineAction(Kind.COPIED, quarantine(engine)::copy);
      case REMOVE ->
          new QuarantineAction(
              Kind.REMOVED, (file, why) -> Quarantine.remove(file, config.quarantine()));
    };
  }

  private static Quarantine quarantine(EngineConfig engine) throws EngineStartException {
    try {
      return new Quarantine(
          engine.detection().quarantine(),
          engine.maxFileSizeBytes(),
          Printable::of,
          Clock.systemUTC());
    } catch (IOException e) {
      throw new EngineStartException(
          ExitCode.CONFIGURATION, "nacre.detection.quarantine: " + e.getMessage(), e);
    }
  }

  @Override
  public Result on(Fd file, Detection detection) {
    QuarantineReason finding =
        new QuarantineReason(
            detection.signature(), detection.at(), detection.occasion(), detection.opener());
    ActionOutcome outcome = action.apply(file, finding);
    if (outcome instanceof ActionOutcome.Failed failed) {
      return new Result(Kind.FAILED, Printable.of(failed.why()));
    }
    return new Result(done, Printable.of(((ActionOutcome.Done) outcome).detail()));
  }
}
