package io.nacre.engine.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.NoCache;
import io.nacre.engine.policy.Exemptions;
import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Policy;
import io.nacre.engine.policy.ProgramSet;
import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.policy.ScannerProcesses.Scanner;
import io.nacre.engine.policy.TestPolicy;
import io.nacre.engine.verdict.InfectedFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TriageTest {
  private static final int SELF = 100;
  private static final int STRANGER = 4711;
  private static final int CLAMAV = 102;
  private static final int EXEMPT = 999;
  private static final String CLAMD = "/usr/sbin/clamd";
  private static final String SSHD = "/usr/sbin/sshd";
  private static final long MAX_SIZE = 1_000;
  private static final long SIZE_OF_CACHED = 77;

  /** An ordinary file of an ordinary process, unless it is said otherwise. */
  private record Facts(
      int pid,
      boolean isRegular,
      long size,
      boolean hasReliablePath,
      String where,
      OptionalInt user,
      String runs,
      OptionalInt parent,
      boolean isInOurPidNamespace,
      List<String> asked)
      implements EventFacts {

    static Facts ordinary() {
      return new Facts(
          STRANGER,
          true,
          10,
          true,
          "/srv/f",
          OptionalInt.of(1000),
          "/usr/bin/cat",
          OptionalInt.of(1),
          true,
          new ArrayList<>());
    }

    Facts ofPid(int other) {
      return new Facts(
          other,
          isRegular,
          size,
          hasReliablePath,
          where,
          user,
          runs,
          parent,
          isInOurPidNamespace,
          asked);
    }

    Facts notRegular() {
      return new Facts(
          pid, false, size, hasReliablePath, where, user, runs, parent, isInOurPidNamespace, asked);
    }

    Facts ofSize(long other) {
      return new Facts(
          pid,
          isRegular,
          other,
          hasReliablePath,
          where,
          user,
          runs,
          parent,
          isInOurPidNamespace,
          asked);
    }

    Facts withoutReliablePath() {
      return new Facts(
          pid, isRegular, size, false, where, user, runs, parent, isInOurPidNamespace, asked);
    }

    Facts at(String other) {
      return new Facts(
          pid,
          isRegular,
          size,
          hasReliablePath,
          other,
          user,
          runs,
          parent,
          isInOurPidNamespace,
          asked);
    }

    Facts by(int uid) {
      return new Facts(
          pid,
          isRegular,
          size,
          hasReliablePath,
          where,
          OptionalInt.of(uid),
          runs,
          parent,
          isInOurPidNamespace,
          asked);
    }

    Facts byAnUnknownUser() {
      return new Facts(
          pid,
          isRegular,
          size,
          hasReliablePath,
          where,
          OptionalInt.empty(),
          runs,
          parent,
          isInOurPidNamespace,
          asked);
    }

    Facts with(String other) {
      return new Facts(
          pid,
          isRegular,
          size,
          hasReliablePath,
          where,
          user,
          other,
          parent,
          isInOurPidNamespace,
          asked);
    }

    Facts childOf(int other) {
      return new Facts(
          pid,
          isRegular,
          size,
          hasReliablePath,
          where,
          user,
          runs,
          OptionalInt.of(other),
          isInOurPidNamespace,
          asked);
    }

    Facts ofAContainer() {
      return new Facts(
          pid, isRegular, size, hasReliablePath, where, user, runs, parent, false, asked);
    }

    @Override
    public boolean isRegular() {
      asked.add("isRegular");
      return isRegular;
    }

    @Override
    public long size() {
      asked.add("size");
      return size;
    }

    @Override
    public boolean isCachedClean() {
      asked.add("isCachedClean");
      return size == SIZE_OF_CACHED;
    }

    @Override
    public boolean hasReliablePath() {
      asked.add("hasReliablePath");
      return hasReliablePath;
    }

    /** An empty path is one that is unknown. */
    @Override
    public int path(byte[] path) {
      asked.add("path");
      if (where.isEmpty()) {
        return -1;
      }
      byte[] bytes = where.getBytes(ISO_8859_1);
      System.arraycopy(bytes, 0, path, 0, bytes.length);
      return bytes.length;
    }

    @Override
    public OptionalInt user() {
      asked.add("user");
      return user;
    }

    @Override
    public int program(byte[] program) {
      asked.add("program");
      byte[] bytes = runs.getBytes(ISO_8859_1);
      System.arraycopy(bytes, 0, program, 0, bytes.length);
      return bytes.length;
    }

    @Override
    public OptionalInt parent() {
      asked.add("parent");
      return parent;
    }
  }

  private static Arguments event(String what, UnaryOperator<Facts> difference, Decision decision) {
    return Arguments.of(what, difference.apply(Facts.ordinary()), decision);
  }

  static Stream<Arguments> eventsOfDirectoryMarks() {
    return Stream.of(
        event("an ordinary file", facts -> facts, Decision.SCAN),
        event("our own open", facts -> facts.ofPid(SELF), Decision.OWN_PROCESS),
        event("a directory", Facts::notRegular, Decision.NOT_REGULAR),
        event("an empty file", facts -> facts.ofSize(0), Decision.EMPTY),
        event("the smallest file", facts -> facts.ofSize(1), Decision.SCAN),
        event("the biggest file", facts -> facts.ofSize(MAX_SIZE), Decision.SCAN),
        event("too big a file", facts -> facts.ofSize(MAX_SIZE + 1), Decision.OVERSIZE),
        event("an excluded path", facts -> facts.at("/srv/build/f"), Decision.EXCLUDED),
        event("beside an excluded path", facts -> facts.at("/srv/builder/f"), Decision.SCAN),
        event("a path outside", facts -> facts.at("/mnt/f"), Decision.SCAN),
        event(
            "a hard link", facts -> facts.at("/srv/build/f").withoutReliablePath(), Decision.SCAN),
        event("a path that is unknown", facts -> facts.at(""), Decision.SCAN),
        event("clamd", facts -> facts.by(CLAMAV).with(CLAMD), Decision.SCANNER),
        event("clamd's user with cat", facts -> facts.by(CLAMAV), Decision.SCAN),
        event("clamd run by another user", facts -> facts.with(CLAMD), Decision.SCAN),
        event("clamd that is gone", facts -> facts.with(CLAMD).byAnUnknownUser(), Decision.SCAN),
        event(
            "an exempt user's excluded file",
            facts -> facts.by(EXEMPT).at("/srv/build/f"),
            Decision.EXCLUDED),
        event("an exempt user", facts -> facts.by(EXEMPT), Decision.EXEMPT_USER),
        event("a user that is gone", Facts::byAnUnknownUser, Decision.SCAN),
        event("another pid namespace", facts -> facts.ofPid(0).byAnUnknownUser(), Decision.SCAN),
        event(
            "too big for an exempt user",
            facts -> facts.by(EXEMPT).ofSize(MAX_SIZE + 1),
            Decision.EXEMPT_USER),
        event("root", facts -> facts.by(0), Decision.SCAN),
        event("sshd as root", facts -> facts.by(0).with(SSHD), Decision.EXEMPT_PROGRAM),
        event("sshd for a user", facts -> facts.with(SSHD), Decision.SCAN),
        event(
            "sshd for an exempt user", facts -> facts.by(EXEMPT).with(SSHD), Decision.EXEMPT_USER),
        event("sshd that is gone", facts -> facts.with(SSHD).byAnUnknownUser(), Decision.SCAN),
        event("a longer name", facts -> facts.by(0).with(SSHD + "x"), Decision.SCAN),
        event("a container's", facts -> facts.by(0).with(SSHD).ofAContainer(), Decision.SCAN),
        event(
            "too big for sshd",
            facts -> facts.by(0).with(SSHD).ofSize(MAX_SIZE + 1),
            Decision.EXEMPT_PROGRAM));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("eventsOfDirectoryMarks")
  void decidesAboutEventsOfDirectoryMarks(String what, EventFacts facts, Decision decision) {
    Judge triage = judge(List.of("/srv/build"), false);

    assertThat(triage.decide(facts)).as(what).isEqualTo(decision);
  }

  static Stream<Arguments> eventsOfFilesystemMarks() {
    return Stream.of(
        event("inside", facts -> facts, Decision.SCAN),
        event("outside", facts -> facts.at("/mnt/f"), Decision.OUTSIDE),
        event("a sibling by prefix", facts -> facts.at("/srv2/f"), Decision.OUTSIDE),
        event("excluded", facts -> facts.at("/srv/build/f"), Decision.EXCLUDED),
        event(
            "a hard link outside", facts -> facts.at("/x/f").withoutReliablePath(), Decision.SCAN),
        event("a path that is unknown", facts -> facts.at(""), Decision.SCAN),
        event("no UTF-8", facts -> facts.at("/srv/\u00ff"), Decision.SCAN),
        event("a directory outside", facts -> facts.at("/mnt").notRegular(), Decision.NOT_REGULAR));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("eventsOfFilesystemMarks")
  void decidesAboutEventsOfFilesystemMarks(String what, EventFacts facts, Decision decision) {
    Judge triage = judge(List.of("/srv/build"), true);

    assertThat(triage.decide(facts)).as(what).isEqualTo(decision);
  }

  static Stream<Arguments> filesThatWereWritten() {
    return Stream.of(
        event("an ordinary file", facts -> facts, Decision.SCAN),
        event("by ourselves", facts -> facts.ofPid(SELF), Decision.OWN_PROCESS),
        event("an empty file", facts -> facts.ofSize(0), Decision.EMPTY),
        event("an excluded path", facts -> facts.at("/srv/build/f"), Decision.EXCLUDED),
        event("a path outside", facts -> facts.at("/mnt/f"), Decision.OUTSIDE),
        event("clamd", facts -> facts.by(CLAMAV).with(CLAMD), Decision.SCANNER),
        event("by an exempt user", facts -> facts.by(EXEMPT), Decision.SCAN),
        event(
            "too big, by an exempt user",
            facts -> facts.by(EXEMPT).ofSize(MAX_SIZE + 1),
            Decision.OVERSIZE),
        event("too big a file", facts -> facts.ofSize(MAX_SIZE + 1), Decision.OVERSIZE));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("filesThatWereWritten")
  void decidesAboutFilesThatWereWritten(String what, EventFacts facts, Decision decision) {
    Judge triage = judge(List.of("/srv/build"), true);

    assertThat(triage.decideWritten(facts)).as(what).isEqualTo(decision);
  }

  @Test
  void asksNothingAboutOurOwnOpens() {
    Judge triage = judge(List.of("/srv/build"), true);
    Facts own = Facts.ordinary().ofPid(SELF);

    triage.decide(own);

    assertThat(own.asked()).isEmpty();
  }

  @Test
  void looksForNoPathIfTheMarksSayItAll() {
    Judge triage = judge(List.of(), false);
    Facts facts = Facts.ordinary();

    triage.decide(facts);

    assertThat(facts.asked()).contains("size").doesNotContain("path", "hasReliablePath");
  }

  @Test
  void allowsACachedCleanFileForEveryUser() {
    Facts facts = Facts.ordinary().ofSize(SIZE_OF_CACHED);

    Decision decision = judge(List.of(), true).decide(facts);

    assertThat(decision).isEqualTo(Decision.CACHED_CLEAN);
    assertThat(facts.asked()).doesNotContain("path", "user", "program");
  }

  @Test
  void asksForWritersOfAFileThatIsExcludedOrExemptAsWell() {
    Facts excluded = Facts.ordinary().at("/srv/cache/f");
    Facts exempt = Facts.ordinary().by(EXEMPT);

    judge(List.of("/srv/cache"), true).decide(excluded);
    judge(List.of(), true).decide(exempt);

    assertThat(excluded.asked()).contains("isCachedClean");
    assertThat(exempt.asked()).contains("isCachedClean");
  }

  @Test
  void readsNoUserIfNoneIsExemptAndNoScannerExists() {
    Judge exemptingNone = judge(new ScannerProcesses(), new Exemptions(Set.of()));
    Facts facts = Facts.ordinary().by(EXEMPT);

    Decision decision = exemptingNone.decide(facts);

    assertThat(decision).isEqualTo(Decision.SCAN);
    assertThat(facts.asked()).doesNotContain("user", "program", "parent");
  }

  @Test
  void readsTheUserOnlyOfAProcessWithTheScannersProgram() {
    Judge judge = judge(scanners(), new Exemptions(Set.of()));
    Facts facts = Facts.ordinary();

    judge.decide(facts);

    assertThat(facts.asked()).containsOnlyOnce("program").doesNotContain("user");
  }

  @Test
  void knowsAScannerThatIsLearntLater() {
    Judge judge = judge(List.of(), false);
    Judge triage = judge;
    Facts other = Facts.ordinary().with("/opt/clamd").by(7);
    Decision before = triage.decide(other);

    judge.scanners().add(this, new Scanner("/opt/clamd", 7));

    assertThat(before).isEqualTo(Decision.SCAN);
    assertThat(triage.decide(other)).isEqualTo(Decision.SCANNER);
  }

  @Test
  void asksForTheProgramOnceForAllThatItIsComparedWith() {
    Judge judge = judge(List.of(), false);
    judge.scanners().add(this, new Scanner("/opt/clamd", 7));
    Facts facts = Facts.ordinary();

    judge.decide(facts);

    assertThat(facts.asked()).containsOnlyOnce("program");
  }

  @Test
  void takesAnyChildForClamdOnlyWhileItIsStarted() {
    Judge judge = judge(List.of(), false);
    Judge triage = judge;
    Facts child = Facts.ordinary().childOf(SELF);
    Decision before = triage.decide(child);

    judge.scanners().expectEmbedded();
    Decision starting = triage.decide(child);
    Decision stranger = triage.decide(Facts.ordinary());
    judge.scanners().setEmbedded(STRANGER + 1);
    Decision another = triage.decide(child);
    Decision started = triage.decide(child.ofPid(STRANGER + 1));
    judge.scanners().clearEmbedded();

    assertThat(before).isEqualTo(Decision.SCAN);
    assertThat(starting).isEqualTo(Decision.SCANNER);
    assertThat(stranger).isEqualTo(Decision.SCAN);
    assertThat(another).isEqualTo(Decision.SCAN);
    assertThat(started).isEqualTo(Decision.SCANNER);
    assertThat(triage.decide(child.ofPid(STRANGER + 1))).isEqualTo(Decision.SCAN);
  }

  @Test
  void takesNoOtherProcessWithItsNumberForTheEmbeddedClamd() {
    Judge judge = judge(List.of(), false);
    judge.scanners().setEmbedded(STRANGER);

    assertThat(judge.decide(Facts.ordinary())).isEqualTo(Decision.SCAN);
  }

  @Test
  void readsTheParentOfNoOtherProcess() {
    Judge judge = judge(List.of(), false);
    judge.scanners().setEmbedded(STRANGER + 1);
    Facts facts = Facts.ordinary();

    judge.decide(facts);

    assertThat(facts.asked()).doesNotContain("parent");
  }

  @Test
  void remembersNothingOfAnEarlierPath() {
    Judge triage = judge(List.of("/srv/build"), true);

    Decision first = triage.decide(Facts.ordinary().at("/srv/build/a/long/path"));
    Decision second = triage.decide(Facts.ordinary().at("/srv"));

    assertThat(first).isEqualTo(Decision.EXCLUDED);
    assertThat(second).isEqualTo(Decision.SCAN);
  }

  @ParameterizedTest
  @EnumSource
  void allowsAtOnceWhateverHasAReasonForIt(Decision decision) {
    boolean needsMore = decision == Decision.SCAN || decision == Decision.OVERSIZE;

    assertThat(decision.isAllowed()).isNotEqualTo(needsMore);
    if (decision.isAllowed() && decision != Decision.CACHED_CLEAN) {
      assertThat(decision.reason().name()).isEqualTo(decision.name());
    }
  }

  @ParameterizedTest
  @EnumSource
  void exemptsByItsName(Decision decision) {
    assertThat(decision.isExemption()).isEqualTo(decision.name().startsWith("EXEMPT"));
  }

  /** Triage under one policy. */
  private record Judge(Triage triage, ScannerProcesses scanners, Policy policy) {

    Decision decide(EventFacts facts) {
      return triage.decide(policy, facts);
    }

    Decision decideWritten(EventFacts facts) {
      return triage.decideWritten(policy, facts);
    }
  }

  private static Judge judge(List<String> excludes, boolean marksReachOutside) {
    Exemptions exemptions = new Exemptions(Set.of(EXEMPT), new ProgramSet(List.of(SSHD)));
    return judge(scanners(), exemptions, excludes, marksReachOutside);
  }

  private static Judge judge(ScannerProcesses scanners, Exemptions exemptions) {
    return judge(scanners, exemptions, List.of(), /* marksReachOutside= */ false);
  }

  private static Judge judge(
      ScannerProcesses scanners,
      Exemptions exemptions,
      List<String> excludes,
      boolean marksReachOutside) {
    OwnMounts mounts = new OwnMounts();
    mounts.set(new long[] {}, marksReachOutside);
    TriageState state =
        new TriageState(SELF, scanners, mounts, NoCache.create(), new InfectedFiles(1));
    PathRules paths = new PathRules(List.of(new PathRules.Include("/srv", excludes)));
    return new Judge(new Triage(state), scanners, TestPolicy.of(exemptions, paths, MAX_SIZE));
  }

  private static ScannerProcesses scanners() {
    ScannerProcesses scanners = new ScannerProcesses();
    scanners.add(Judge.class, new Scanner(CLAMD, CLAMAV));
    return scanners;
  }
}
