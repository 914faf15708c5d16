package io.nacre.engine.policy;

import java.util.Set;

/**
 * The users whose opens are never scanned, and the programs that are never blocked.
 *
 * @param uids the effective users
 * @param programs the programs, exempt only while they act as user 0
 */
public record Exemptions(Set<Integer> uids, ProgramSet programs) {

  public Exemptions {
    uids = Set.copyOf(uids);
  }

  /** Exempts users only. */
  public Exemptions(Set<Integer> uids) {
    this(uids, ProgramSet.NONE);
  }

  /** Returns true if no user is exempt, so that no process's user needs to be looked up. */
  public boolean isEmpty() {
    return uids.isEmpty();
  }

  /** Returns true if {@code uid} is exempt. */
  public boolean exempts(int uid) {
    return uids.contains(uid);
  }
}
