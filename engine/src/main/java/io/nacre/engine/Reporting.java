package io.nacre.engine;

import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.detection.DetectionRecord;
import io.nacre.engine.detection.DetectionSinks;
import io.nacre.engine.detection.FileAction;
import io.nacre.engine.detection.Reporter;
import io.nacre.engine.detection.RetainedFiles;
import io.nacre.engine.detection.RootOwnedPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes what reports detections as a configuration says. */
final class Reporting {

  private Reporting() {}

  /** Returns a reporter that has {@code action} done with each file and tells {@code listener}. */
  static Reporter start(
      EngineConfig config,
      FileAction action,
      RetainedFiles files,
      Consumer<DetectionRecord> listener)
      throws EngineStartException {
    refuseUnsafeHook(config.detection());
    return new Reporter(
        action, config.maxFileSizeBytes(), files, DetectionSinks.of(config.detection(), listener));
  }

  /** It runs as root, so nobody else may be able to change it. */
  private static void refuseUnsafeHook(DetectionConfig config) throws EngineStartException {
    if (config.hook().isEmpty()) {
      return;
    }
    Path program = Path.of(config.hook().get(0));
    Optional<String> complaint;
    try {
      complaint =
          Files.isRegularFile(program) && Files.isExecutable(program)
              ? RootOwnedPath.complaint(program)
              : Optional.of("it is no program that can be executed");
    } catch (IOException e) {
      complaint = Optional.of("it cannot be looked at: " + e);
    }
    if (complaint.isPresent()) {
      throw new EngineStartException(
          ExitCode.CONFIGURATION,
          "nacre.detection.hook: " + program + " is not run as root: " + complaint.get());
    }
  }
}
