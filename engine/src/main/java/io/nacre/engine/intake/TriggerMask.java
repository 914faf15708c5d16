package io.nacre.engine.intake;

import io.nacre.engine.config.WatchConfig.Prevention;
import io.nacre.engine.config.WatchConfig.Trigger;
import io.nacre.linux.fanotify.FanotifyMask;
import java.util.Set;

/** The events that a group requests from the kernel. */
public final class TriggerMask {

  private TriggerMask() {}

  /** Returns the event bits for {@code triggers}. */
  public static long of(Prevention prevention, Set<Trigger> triggers) {
    boolean isEnforced = prevention == Prevention.ENFORCE;
    long mask = triggers.contains(Trigger.CLOSE_WRITE) ? FanotifyMask.FAN_CLOSE_WRITE : 0;
    if (triggers.contains(Trigger.OPEN)) {
      mask |= isEnforced ? FanotifyMask.FAN_OPEN_PERM : FanotifyMask.FAN_OPEN;
    }
    if (triggers.contains(Trigger.EXEC)) {
      mask |= isEnforced ? FanotifyMask.FAN_OPEN_EXEC_PERM : FanotifyMask.FAN_OPEN_EXEC;
    }
    return mask;
  }
}
