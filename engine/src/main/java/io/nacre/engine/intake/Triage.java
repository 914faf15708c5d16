package io.nacre.engine.intake;

import io.nacre.engine.policy.Exemptions;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Policy;
import io.nacre.engine.policy.ProgramSet;
import io.nacre.engine.policy.ScannerProcesses.Scanner;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Decides what becomes of an event: allowed at once, or scanned.
 *
 * <p>The result depends on the {@link Policy}, the {@link TriageState} and the {@link EventFacts},
 * cheap facts first. An unknown file or process is never exempt.
 *
 * <ul>
 *   <li>Owns: the path and the program of the event it decided on last.
 *   <li>Must not own: the descriptor, the answer, the policy.
 *   <li>Hands to: the caller, {@link FanotifyReader}, by a {@link Decision}.
 *   <li>Thread: one reader thread. It waits for nothing.
 * </ul>
 */
final class Triage {
  private static final int PATH_MAX = 4096;
  private static final int NOT_READ = -2;
  private static final int ROOT = 0;

  private final TriageState state;
  private final byte[] path = new byte[PATH_MAX];
  private final byte[] program = new byte[PATH_MAX];
  private int pathLength;
  private int programLength;

  Triage(TriageState state) {
    this.state = state;
  }

  /** Returns what to do with the event of {@code facts} under {@code policy}. */
  Decision decide(Policy policy, EventFacts facts) {
    if (facts.pid() == state.self() || state.scanners().isOtherEngine(facts.pid())) {
      return Decision.OWN_PROCESS;
    }
    if (!facts.isRegular()) {
      return Decision.NOT_REGULAR;
    }
    if (facts.size() == 0) {
      return Decision.EMPTY;
    }
    if (facts.isCachedClean()) { // of every file, since the cache sees its writers here
      return Decision.CACHED_CLEAN;
    }
    PathRules paths = policy.paths();
    boolean mayBeOutside = state.ownMounts().reachesOutside() && paths.hasOutside();
    if ((mayBeOutside || paths.hasExcludes()) && facts.hasReliablePath()) {
      PathRules.Scope place = place(paths, facts);
      if (place == PathRules.Scope.EXCLUDED) {
        return Decision.EXCLUDED;
      }
      if (place == PathRules.Scope.OUTSIDE && mayBeOutside) {
        return Decision.OUTSIDE;
      }
    }
    programLength = NOT_READ;
    if (isExemptUser(policy.exemptions(), facts)) { // cheaper than the program
      return Decision.EXEMPT_USER;
    }
    if (isScanner(facts)) {
      return Decision.SCANNER;
    }
    if (runsExemptProgram(policy.exemptions().programs(), facts)) {
      return Decision.EXEMPT_PROGRAM;
    }
    return bySize(policy, facts);
  }

  /**
   * Returns what to do with a file that was written: as with an open, but without exemptions, since
   * no process waits. Only what clamd writes during a scan is left out: it would be scanned for
   * ever.
   */
  Decision decideWritten(Policy policy, EventFacts facts) {
    Decision decision = decide(policy, facts);
    if (!decision.isExemption()) {
      return decision;
    }
    return isScanner(facts) ? Decision.SCANNER : bySize(policy, facts);
  }

  private static Decision bySize(Policy policy, EventFacts facts) {
    return facts.size() > policy.maxFileSizeBytes() ? Decision.OVERSIZE : Decision.SCAN;
  }

  /** Returns the path of a file that is outside or excluded, in the first bytes of an array. */
  byte[] path() {
    return path;
  }

  /** Returns how many bytes of {@link #path} there are. */
  int pathLength() {
    return pathLength;
  }

  /** Returns the program of the event that was decided on last. */
  Optional<String> program(EventFacts facts) {
    int length = programLength(facts);
    return length <= 0
        ? Optional.empty()
        : Optional.of(new String(program, 0, length, StandardCharsets.UTF_8));
  }

  private PathRules.Scope place(PathRules paths, EventFacts facts) {
    pathLength = facts.path(path);
    return pathLength < 0 ? PathRules.Scope.INSIDE : paths.scopeOfFile(path, pathLength);
  }

  private boolean isScanner(EventFacts facts) {
    return runsScanner(facts) || isEmbeddedClamd(facts);
  }

  private boolean runsScanner(EventFacts facts) {
    for (Scanner scanner : state.scanners().scanners()) {
      if (scanner.runs(program, programLength(facts)) && actsAs(facts, scanner.uid())) {
        return true;
      }
    }
    return false;
  }

  private boolean isEmbeddedClamd(EventFacts facts) {
    if (!state.scanners().mayBeEmbedded(facts.pid())) {
      return false;
    }
    var parent = facts.parent();
    return parent.isPresent() && parent.getAsInt() == state.self();
  }

  private static boolean isExemptUser(Exemptions exemptions, EventFacts facts) {
    if (exemptions.isEmpty()) {
      return false;
    }
    var user = facts.user();
    return user.isPresent() && exemptions.exempts(user.getAsInt());
  }

  private boolean runsExemptProgram(ProgramSet programs, EventFacts facts) {
    return !programs.isEmpty()
        && programs.contains(program, programLength(facts))
        && actsAs(facts, ROOT)
        && facts.isInOurPidNamespace();
  }

  /** Reads the program once an event, however many programs it is compared with. */
  private int programLength(EventFacts facts) {
    if (programLength == NOT_READ) {
      programLength = facts.program(program);
    }
    return programLength;
  }

  private static boolean actsAs(EventFacts facts, int uid) {
    var user = facts.user();
    return user.isPresent() && user.getAsInt() == uid;
  }
}
