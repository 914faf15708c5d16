package io.nacre.engine.policy;

import java.util.Set;

/**
 * The users whose opens are never scanned.
 *
 * @param uids by effective user
 */
public record Exemptions(Set<Integer> uids) {

  public Exemptions {
    uids = Set.copyOf(uids);
  }

  /** Returns true if nobody is exempt, so that nobody's user needs to be looked up. */
  public boolean isEmpty() {
    return uids.isEmpty();
  }

  /** Returns true if {@code uid} is exempt. */
  public boolean exempts(int uid) {
    return uids.contains(uid);
  }
}
