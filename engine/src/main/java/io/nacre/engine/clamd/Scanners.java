package io.nacre.engine.clamd;

import io.nacre.engine.config.ClamdConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.Stage;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.request.FileScanner;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.linux.ErrnoException;
import java.io.IOException;
import java.util.Optional;

/**
 * The stage of the clamds: the pool, its connections and monitors, and the embedded clamd.
 *
 * <ul>
 *   <li>Owns: every session with a clamd; the process and the directory of the embedded clamd.
 *   <li>Must not own: the descriptor that is scanned.
 *   <li>Hands to: clamd; each verdict goes back to the scan stage.
 *   <li>Thread: opened, started and closed by the thread that runs the engine.
 * </ul>
 */
public final class Scanners implements Stage {
  private final ClamdConfig config;
  private final ClamdSelection selection;
  private final StageContext context;

  private Scanners(ClamdConfig config, ClamdSelection selection, StageContext context) {
    this.config = config;
    this.selection = selection;
    this.context = context;
  }

  /** Finds the clamds of {@code config}, and prepares an embedded one if there is none. */
  public static Scanners open(ClamdConfig config, StageContext context)
      throws EngineStartException, IOException {
    return new Scanners(config, ClamdSelection.of(config, context.stop()), context);
  }

  /**
   * Starts the actors of each clamd.
   *
   * @param signatures is notified when a clamd may have other signatures than before
   * @return the scanner over all clamds
   */
  public FileScanner start(StageActors actors, SignatureSet signatures) throws ErrnoException {
    if (selection.embedded().isPresent()) {
      actors.spawnPinned(
          ClamdSupervisor.create(selection.embedded().get(), context.scannerProcesses()),
          "clamd-supervisor");
    }
    return ClamdPool.start(
        actors,
        new ClamdPool.Settings(
            config.connectTimeout(),
            config.scanTimeout(),
            config.retries(),
            config.hedgeAfter(),
            new SignatureWatch.Database(config.database(), config.hasOfficialSignatures())),
        selection.clamds().endpoints(),
        context.scannerProcesses(),
        signatures,
        context.stop(),
        context.nanoClock());
  }

  /** Returns all clamds. */
  public Clamds clamds() {
    return selection.clamds();
  }

  /** Returns the embedded clamd, if there is one. */
  public Optional<EmbeddedClamd> embedded() {
    return selection.embedded();
  }

  /** Removes the directory of the embedded clamd; its process has ended with its supervisor. */
  @Override
  public void close() {
    selection.embedded().ifPresent(EmbeddedClamd::remove);
  }
}
