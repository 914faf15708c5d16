package io.nacre.engine.watch.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.Strategy;
import io.nacre.engine.watch.coverage.Coverage.Entry;
import io.nacre.engine.watch.coverage.Coverage.State;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.StrategyChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private final Coverage coverage = new Coverage();

  @Test
  void isEmptyAtFirst() {
    assertThat(coverage.entries()).isEmpty();
  }

  @Test
  void hasOneEntryForEachPathInOrder() {
    claim(entry("/srv", State.PROTECTED));
    claim(entry("/home", State.PROTECTED));

    assertThat(coverage.entries()).extracting(Entry::path).containsExactly("/home", "/srv");
  }

  @Test
  void knowsTheLatestOfAPath() {
    Coverage.Claim claim = claim(entry("/srv", State.STARTING));
    List<Entry> before = coverage.entries();

    claim.update(entry("/srv", State.PARTIAL));

    assertThat(coverage.entries()).containsExactly(entry("/srv", State.PARTIAL));
    assertThat(before).containsExactly(entry("/srv", State.STARTING));
  }

  @Test
  void doesNotChangeWithTheListItWasGiven() {
    List<String> problems = new ArrayList<>(List.of("one"));
    claim(new Entry("/srv", "ddd", "configured", State.PARTIAL, 1, problems, 1));

    problems.add("two");

    assertThat(coverage.entries().get(0).problems()).containsExactly("one");
  }

  @Test
  void ignoresThePreviousOwnerOfThePath() {
    Coverage.Claim before = claim(entry("/srv", State.PROTECTED));
    claim(entry("/srv", State.MISSING));

    before.update(entry("/srv", State.PROTECTED));

    assertThat(coverage.entries()).containsExactly(entry("/srv", State.MISSING));
  }

  @Test
  void keepsSayingWhatIsLeftOut() {
    Coverage.Claim claim = claim(entry("/srv", State.STARTING));
    coverage.leaveOut(PathBytes.of("/srv"), "/srv/disk: another file system");

    claim.update(entry("/srv", State.PROTECTED));

    assertThat(coverage.entries())
        .singleElement()
        .returns(State.PARTIAL, Entry::state)
        .returns(List.of("/srv/disk: another file system"), Entry::problems)
        .returns(1, Entry::problemCount);
  }

  @Test
  void saysWhatIsLeftOutBehindTheOtherProblems() {
    claim(new Entry("/srv", "ddd", "configured", State.MISSING, 0, List.of("gone"), 1));

    coverage.leaveOut(PathBytes.of("/srv"), "left out");

    assertThat(coverage.entries())
        .singleElement()
        .returns(State.MISSING, Entry::state)
        .returns(List.of("gone", "left out"), Entry::problems)
        .returns(2, Entry::problemCount);
  }

  @Test
  void saysWhatIsLeftOutOnlyOnce() {
    claim(entry("/srv", State.PROTECTED));

    coverage.leaveOut(PathBytes.of("/srv"), "/srv/a");
    coverage.leaveOut(PathBytes.of("/srv"), "/srv/b");

    assertThat(coverage.entries())
        .singleElement()
        .returns(List.of("/srv/b"), Entry::problems)
        .returns(1, Entry::problemCount);
  }

  @Test
  void forgetsWhatIsLeftOutNoMore() {
    claim(entry("/srv", State.PROTECTED));
    coverage.leaveOut(PathBytes.of("/srv"), "left out");

    coverage.clearLeftOut(PathBytes.of("/srv"));
    coverage.clearLeftOut(PathBytes.of("/unowned"));

    assertThat(coverage.entries()).containsExactly(entry("/srv", State.PROTECTED));
  }

  @Test
  void forgetsWhatWasLeftOutWhenAnotherOwnerTakesThePath() {
    claim(entry("/srv", State.PROTECTED));
    coverage.leaveOut(PathBytes.of("/srv"), "left out");

    claim(entry("/srv", State.PROTECTED));

    assertThat(coverage.entries()).containsExactly(entry("/srv", State.PROTECTED));
  }

  @Test
  void leavesNothingOutOfAPathWithoutAnOwner() {
    coverage.leaveOut(PathBytes.of("/srv"), "left out");

    assertThat(coverage.entries()).isEmpty();
  }

  @Test
  void forgetsAPathThatIsRemoved() {
    Coverage.Claim claim = claim(entry("/srv", State.PROTECTED));
    claim(entry("/home", State.PROTECTED));

    coverage.remove(PathBytes.of("/srv"));
    claim.update(entry("/srv", State.PARTIAL));

    assertThat(coverage.entries()).containsExactly(entry("/home", State.PROTECTED));
  }

  @Test
  void beginsWithHowAPathIsProtectedAndWhy() {
    StrategyChoice choice = new StrategyChoice(Strategy.FILESYSTEM, "it is large");

    Entry entry = Entry.starting(PathBytes.of("/srv"), choice);

    assertThat(entry)
        .isEqualTo(new Entry("/srv", "filesystem", "it is large", State.STARTING, 0, List.of(), 0));
  }

  @Test
  void saysTheSamePathInAnotherState() {
    Entry entry = entry("/srv", State.STARTING);

    assertThat(entry.with(State.PROTECTED, Optional.empty()))
        .isEqualTo(entry("/srv", State.PROTECTED));
    assertThat(entry.with(State.MISSING, Optional.of("gone")))
        .returns(State.MISSING, Entry::state)
        .returns(List.of("gone"), Entry::problems)
        .returns(1, Entry::problemCount);
  }

  private Coverage.Claim claim(Entry entry) {
    return coverage.claim(PathBytes.of(entry.path()), entry);
  }

  private static Entry entry(String path, State state) {
    return new Entry(path, "ddd", "configured", state, 1, List.of(), 0);
  }
}
