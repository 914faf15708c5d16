package io.nacre.engine.control;

import io.nacre.engine.handover.Restart;
import io.nacre.engine.reload.ReloadOutcome;
import io.nacre.engine.reload.Reloader;
import io.nacre.engine.scan.ondemand.OnDemandScanner;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The commands that an engine takes over its control socket, by the names that clients send. */
public final class ControlCommands {
  public static final String STATUS = "status";
  public static final String SELF_CHECK = "selftest";
  public static final String FLUSH = "flush";
  public static final String RELOAD = "reload";
  public static final String EXPLAIN = "explain";
  public static final String SCAN = "scan";
  public static final String SCAN_PROGRESS = "scan-progress";
  public static final String SCAN_STOP = "scan-stop";
  public static final String RESTART = "restart";
  public static final String RESTART_PROGRESS = "restart-progress";

  private ControlCommands() {}

  /**
   * Returns all commands.
   *
   * @param invalidate voids every cached verdict for the given reason; returns their number
   */
  public static Map<String, ControlCommand> of(
      StatusSource status,
      ControlCommand selfCheck,
      ControlCommand explain,
      Reloader reloader,
      ToLongFunction<String> invalidate,
      OnDemandScanner onDemandScanner,
      Restart restart) {
    return Map.of(
        STATUS, ControlCommand.status(status),
        SELF_CHECK, selfCheck,
        FLUSH, ControlCommand.flush(invalidate),
        EXPLAIN, explain,
        RELOAD,
            ControlCommand.privileged(() -> reloader.request().thenApply(ReloadOutcome::values)),
        SCAN, OnDemandCommands.begin(onDemandScanner),
        SCAN_PROGRESS, OnDemandCommands.progress(onDemandScanner),
        SCAN_STOP, OnDemandCommands.stop(onDemandScanner),
        RESTART, RestartCommands.begin(restart, reloader::isUnderWay),
        RESTART_PROGRESS, RestartCommands.progress(restart));
  }
}
