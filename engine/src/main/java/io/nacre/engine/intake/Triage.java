package io.nacre.engine.intake;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.ProgramSet;
import io.nacre.engine.policy.ScannerProcesses.Scanner;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Decides what becomes of an event: allowed at once, or scanned.
 *
 * <p>A function of the {@link EventFacts} alone, cheap questions first. What cannot be told about a
 * file or a process never makes it exempt.
 */
final class Triage {
  private static final int PATH_MAX = 4096;
  private static final int NOT_ASKED = -2;
  private static final int ROOT = 0;

  private final TriageRules rules;
  private final byte[] path = new byte[PATH_MAX];
  private final byte[] program = new byte[PATH_MAX];
  private int pathLength;
  private int programLength;

  Triage(TriageRules rules) {
    this.rules = rules;
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
    if (facts.isCachedClean()) { // asked of every file, since that is also who sees its writers
      return Decision.CACHED_CLEAN;
    }
    boolean mayBeOutside = rules.ownMounts().reachOutside() && rules.paths().haveOutside();
    if ((mayBeOutside || rules.paths().hasExcludes()) && facts.hasOnePlace()) {
      PathRules.Place place = place(facts);
      if (place == PathRules.Place.EXCLUDED) {
        return Decision.EXCLUDED;
      }
      if (place == PathRules.Place.OUTSIDE && mayBeOutside) {
        return Decision.OUTSIDE;
      }
    }
    programLength = NOT_ASKED;
    if (isExempt(facts)) { // the cheaper question
      return Decision.EXEMPT_USER;
    }
    if (isScanner(facts)) {
      return Decision.SCANNER;
    }
    if (runsExemptProgram(facts)) {
      return Decision.EXEMPT_PROGRAM;
    }
    return bySize(facts);
  }

  /**
   * Returns what to do with a file that was written: as with an open, but nobody is exempt, since
   * nobody is held up. Only what clamd writes while it scans would have it scan for ever.
   */
  Decision decideWritten(EventFacts facts) {
    Decision decision = decide(facts);
    if (!decision.isExemption()) {
      return decision;
    }
    return isScanner(facts) ? Decision.SCANNER : bySize(facts);
  }

  private Decision bySize(EventFacts facts) {
    return facts.size() > rules.maxFileSizeBytes() ? Decision.OVERSIZE : Decision.SCAN;
  }

  /** Returns the path of a file that is outside or excluded, in the first bytes of an array. */
  byte[] path() {
    return path;
  }

  /** Returns how many bytes of {@link #path} there are. */
  int pathLength() {
    return pathLength;
  }

  /** Returns the program of the event that was decided on last; asked again only if it was not. */
  Optional<String> program(EventFacts facts) {
    int length = programLength(facts);
    return length <= 0
        ? Optional.empty()
        : Optional.of(new String(program, 0, length, StandardCharsets.UTF_8));
  }

  private PathRules.Place place(EventFacts facts) {
    pathLength = facts.path(path);
    return pathLength < 0 ? PathRules.Place.INSIDE : rules.paths().place(path, pathLength);
  }

  private boolean isScanner(EventFacts facts) {
    return runsScanner(facts) || isClamdOfOurOwn(facts);
  }

  private boolean runsScanner(EventFacts facts) {
    for (Scanner scanner : rules.scanners().scanners()) {
      if (scanner.runs(program, programLength(facts)) && actsAs(facts, scanner.uid())) {
        return true;
      }
    }
    return false;
  }

  private boolean isClamdOfOurOwn(EventFacts facts) {
    if (!rules.scanners().mayBeEmbedded(facts.pid())) {
      return false;
    }
    var parent = facts.parent();
    return parent.isPresent() && parent.getAsInt() == rules.self();
  }

  private boolean isExempt(EventFacts facts) {
    if (rules.exemptions().isEmpty()) {
      return false;
    }
    var user = facts.user();
    return user.isPresent() && rules.exemptions().exempts(user.getAsInt());
  }

  private boolean runsExemptProgram(EventFacts facts) {
    ProgramSet programs = rules.exemptions().programs();
    return !programs.isEmpty()
        && programs.contains(program, programLength(facts))
        && actsAs(facts, ROOT)
        && facts.isInOurPidNamespace();
  }

  /** Asks once an event, whatever number of programs it is compared with. */
  private int programLength(EventFacts facts) {
    if (programLength == NOT_ASKED) {
      programLength = facts.program(program);
    }
    return programLength;
  }

  private static boolean actsAs(EventFacts facts, int uid) {
    var user = facts.user();
    return user.isPresent() && user.getAsInt() == uid;
  }
}
