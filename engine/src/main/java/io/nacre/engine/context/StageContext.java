package io.nacre.engine.context;

import io.nacre.engine.policy.LivePolicy;
import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.linux.WakeUp;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import java.util.function.LongSupplier;

/**
 * The resources that all stages of one engine share. The engine owns and closes them.
 *
 * @param group the fanotify group: readers read it, any thread responds, the watch stage marks
 * @param events the event bits of every mark
 * @param policy the policy that events are judged by
 * @param scannerProcesses the processes of the clamds, which never wait for an answer
 * @param ownMounts the mounts that protected paths lie on
 * @param counts counts the answers and the background scans
 * @param descriptors the number of descriptors that may be open
 * @param stops end every wait of every stage, or of one part of a stage
 * @param nanoClock the clock of all deadlines, in nanoseconds
 */
public record StageContext(
    FanotifyGroup group,
    long events,
    LivePolicy policy,
    ScannerProcesses scannerProcesses,
    OwnMounts ownMounts,
    AnswerCounts counts,
    DescriptorBudget descriptors,
    StopSignals stops,
    LongSupplier nanoClock) {

  /** Returns the signal that ends every wait of every stage. */
  public WakeUp stop() {
    return stops.all();
  }

  /** Returns whether openers wait for the answer. */
  public boolean isPreventing() {
    return (events & FanotifyMask.FAN_OPEN_PERM) != 0;
  }

  /** Returns whether a file raises an event when it was written. */
  public boolean seesWrittenFiles() {
    return (events & FanotifyMask.FAN_CLOSE_WRITE) != 0;
  }
}
