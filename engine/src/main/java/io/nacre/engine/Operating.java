package io.nacre.engine;

import io.nacre.engine.config.StartConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.context.Stage;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.control.ControlCommand;
import io.nacre.engine.control.ControlServer;
import io.nacre.engine.control.ControlSocketFile;
import io.nacre.engine.intake.ReaderLease;
import io.nacre.engine.ops.ServiceNotification;
import io.nacre.engine.ops.Watchdog;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.process.DeadMansTimer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control socket, and the two timers that end an engine without progress: the watchdog, and the
 * timer of the kernel that the watchdog re-arms.
 *
 * <ul>
 *   <li>Owns: the control socket, the kernel's timer.
 *   <li>Must not own: any stage that it shows or ends.
 *   <li>Hands to: the control commands; the service manager.
 *   <li>Thread: the control server and the watchdog each have one.
 * </ul>
 */
final class Operating implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(Operating.class);

  private final StartConfig config;
  private final StageContext context;
  private final DeadMansTimer deadMan;
  private Optional<ControlSocketFile> control = Optional.empty();
  private boolean isServing;

  private Operating(StartConfig config, StageContext context, DeadMansTimer deadMan) {
    this.config = config;
    this.context = context;
    this.deadMan = deadMan;
  }

  /** Arms the kernel's timer, which from now on must be re-armed. */
  static Operating open(StartConfig config, StageContext context) throws ErrnoException {
    return new Operating(config, context, DeadMansTimer.start(config.deadMan()));
  }

  /**
   * Binds the control socket; after everything that a second engine would refuse first.
   *
   * @param isSuccessor whether another engine listens there, until {@link #publish}
   */
  void bind(boolean isSuccessor) throws IOException {
    if (config.controlSocket().isPresent()) {
      Path path = config.controlSocket().get();
      control =
          Optional.of(
              isSuccessor ? ControlSocketFile.listenBeside(path) : ControlSocketFile.listen(path));
    }
  }

  /** Puts the control socket in the place of the other engine's. */
  void publish() throws IOException {
    if (control.isPresent()) {
      control.get().publish();
    }
  }

  /** Starts the control server, if there is a socket. */
  void startControl(StageActors actors, Map<String, ControlCommand> commands) {
    if (control.isPresent()) {
      isServing = true;
      actors.spawnPinned(
          ControlServer.create(control.get(), commands, context.stop(), context.nanoClock()),
          "control");
    }
  }

  /**
   * Starts the watchdog over the readers.
   *
   * @param summary the status on one line, for the service manager
   * @param failed receives the reason when the engine must end
   */
  void startWatchdog(
      StageActors actors,
      ReaderLease readers,
      ServiceNotification service,
      Supplier<String> summary,
      Consumer<String> failed) {
    actors.spawnPinned(
        Watchdog.create(
            new Watchdog.Setup(
                readers::progressNanos,
                context.counts().unanswered()::oldest,
                () -> context.policy().current().deadline(),
                config.deadMan(),
                deadMan::rearm,
                context.descriptors().limit(),
                context.descriptors()::update,
                service,
                summary,
                failed,
                context.stop(),
                context.nanoClock())),
        "watchdog");
  }

  /** Re-arms the kernel's timer while no watchdog runs. */
  void rearm() throws EngineStartException {
    try {
      deadMan.rearm();
    } catch (ErrnoException e) {
      throw new EngineStartException(ExitCode.FAILED, e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    if (!isServing) { // else the server has closed it
      control.ifPresent(Operating::close);
    }
    deadMan.close();
  }

  private static void close(ControlSocketFile control) {
    try {
      control.close();
    } catch (IOException e) {
      LOG.warn("the control socket could not be removed: {}", e.getMessage());
    }
  }
}
