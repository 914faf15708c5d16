package io.nacre.engine.intake;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Scanners.Scanner;

/**
 * Decides what becomes of an event: allowed at once, or scanned.
 *
 * <p>A function of the {@link EventFacts} alone, cheap questions first. What cannot be told about a
 * file or a process never makes it exempt.
 */
final class Triage {
  private static final int PATH_MAX = 4096;

  private final TriageRules rules;
  private final boolean looksAtPaths;
  private final byte[] path = new byte[PATH_MAX];

  Triage(TriageRules rules) {
    this.rules = rules;
    this.looksAtPaths = rules.marksReachOutside() || rules.paths().hasExcludes();
  }

  /** Returns what to do with the event of {@code facts}. */
  Decision decide(EventFacts facts) {
    if (facts.pid() == rules.self()) {
      return Decision.OWN_PROCESS;
    }
    if (!facts.isRegular()) {
      return Decision.NOT_REGULAR;
    }
    if (facts.size() == 0) {
      return Decision.EMPTY;
    }
    if (looksAtPaths && facts.hasOnePlace()) {
      PathRules.Place place = place(facts);
      if (place == PathRules.Place.EXCLUDED) {
        return Decision.EXCLUDED;
      }
      if (place == PathRules.Place.OUTSIDE && rules.marksReachOutside()) {
        return Decision.OUTSIDE;
      }
    }
    if (isScanner(facts)) {
      return Decision.SCANNER;
    }
    if (isExempt(facts)) {
      return Decision.EXEMPT_USER;
    }
    return facts.size() > rules.maxFileSizeBytes() ? Decision.OVERSIZE : Decision.SCAN;
  }

  private PathRules.Place place(EventFacts facts) {
    int length = facts.path(path);
    return length < 0 ? PathRules.Place.INSIDE : rules.paths().place(path, length);
  }

  private boolean isScanner(EventFacts facts) {
    for (Scanner scanner : rules.scanners().known()) {
      if (facts.runs(scanner.program()) && actsAs(facts, scanner.uid())) {
        return true;
      }
    }
    return false;
  }

  private boolean isExempt(EventFacts facts) {
    if (rules.exemptions().isEmpty()) {
      return false;
    }
    var user = facts.user();
    return user.isPresent() && rules.exemptions().exempts(user.getAsInt());
  }

  private static boolean actsAs(EventFacts facts, int uid) {
    var user = facts.user();
    return user.isPresent() && user.getAsInt() == uid;
  }
}
