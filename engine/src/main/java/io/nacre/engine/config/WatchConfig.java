package io.nacre.engine.config;

import io.nacre.engine.policy.Strategy;
import java.util.List;
import java.util.Set;

/**
 * Which opens raise events.
 *
 * @param protect the protected paths
 * @param strategy how marks are placed for a path that does not say otherwise
 * @param crossMounts whether file systems mounted below a protected path are protected as well
 * @param prevention whether opens wait for their verdict
 * @param triggers the events that have a file scanned; not empty
 */
public record WatchConfig(
    List<ProtectConfig> protect,
    Strategy strategy,
    boolean crossMounts,
    Prevention prevention,
    Set<Trigger> triggers) {

  /** Whether opens wait for their verdict. */
  public enum Prevention {
    /** They wait, and an infected file cannot be opened. */
    ENFORCE,
    /** They do not wait, and infected files are reported. */
    DETECT
  }

  /** An event that has a file scanned. */
  public enum Trigger {
    /** The file is opened for any purpose. */
    OPEN,
    /** The file is opened to be executed. */
    EXEC,
    /** The file was written and closed. */
    CLOSE_WRITE
  }

  public WatchConfig {
    protect = List.copyOf(protect);
    triggers = Set.copyOf(triggers);
  }

  /** Returns whether opens wait for their verdict. */
  public boolean isPreventing() {
    return prevention == Prevention.ENFORCE;
  }

  WatchConfig detecting() {
    return new WatchConfig(protect, strategy, crossMounts, Prevention.DETECT, triggers);
  }
}
