package io.nacre.engine.intake;

import io.nacre.engine.context.Stage;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.process.ProcFs;

/**
 * The stage that reads kernel events and judges each of them.
 *
 * <ul>
 *   <li>Owns: the reader threads, and each event from its read to its answer or hand-over.
 *   <li>Must not own: the fanotify group, which the engine owns and closes.
 *   <li>Hands to: the sinks of {@link ReaderSinks}.
 *   <li>Thread: the reader threads, of which one at a time has the reader lease.
 * </ul>
 */
public final class Intake implements Stage {
  private final StageContext context;
  private final TriageState triage;
  private final ReaderLease lease;
  private final ReadingGate gate;

  private Intake(StageContext context, TriageState triage, ReaderLease lease, ReadingGate gate) {
    this.context = context;
    this.triage = triage;
    this.lease = lease;
    this.gate = gate;
  }

  /** Opens the stage, which reads nothing yet. */
  public static Intake open(StageContext context, CleanCache clean, InfectedFiles infected)
      throws ErrnoException {
    return new Intake(
        context,
        new TriageState(
            ProcFs.self(), context.scannerProcesses(), context.ownMounts(), clean, infected),
        new ReaderLease(context.nanoClock().getAsLong()),
        ReadingGate.create());
  }

  /** Starts the reader threads. */
  public void start(StageActors actors, JobContext jobs, ReaderSinks sinks) {
    FanotifyReader.Setup setup =
        new FanotifyReader.Setup(
            jobs,
            context.stop(),
            lease,
            gate,
            context.policy(),
            triage,
            context.isPreventing(),
            context.descriptors(),
            sinks,
            context.nanoClock());
    for (int i = 1; i <= FanotifyReader.READERS; i++) {
      actors.spawnPinned(FanotifyReader.create(setup), "reader-" + i);
    }
  }

  /** Returns what triage reads besides the policy. */
  public TriageState triage() {
    return triage;
  }

  /** Returns the lease, which shows the progress of the readers. */
  public ReaderLease lease() {
    return lease;
  }

  /** Returns the gate that stops and resumes the reading. */
  public ReadingGate gate() {
    return gate;
  }

  /** Closes the gate's signals; the readers have ended with their actors. */
  @Override
  public void close() {
    gate.close();
  }
}
