package io.nacre.engine.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.watch.Coverage.Entry;
import io.nacre.engine.watch.Coverage.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private final Coverage coverage = new Coverage();

  @Test
  void isEmptyAtFirst() {
    assertThat(coverage.entries()).isEmpty();
  }

  @Test
  void hasOneEntryForEachPathInOrder() {
    coverage.update(entry("/srv", State.PROTECTED));
    coverage.update(entry("/home", State.PROTECTED));

    assertThat(coverage.entries()).extracting(Entry::path).containsExactly("/home", "/srv");
  }

  @Test
  void knowsTheLatestOfAPath() {
    coverage.update(entry("/srv", State.STARTING));
    List<Entry> before = coverage.entries();

    coverage.update(entry("/srv", State.PARTIAL));

    assertThat(coverage.entries()).containsExactly(entry("/srv", State.PARTIAL));
    assertThat(before).containsExactly(entry("/srv", State.STARTING));
  }

  @Test
  void doesNotChangeWithTheListItWasGiven() {
    List<String> problems = new ArrayList<>(List.of("one"));
    coverage.update(new Entry("/srv", "ddd", State.PARTIAL, 1, problems, 1));

    problems.add("two");

    assertThat(coverage.entries().get(0).problems()).containsExactly("one");
  }

  private static Entry entry(String path, State state) {
    return new Entry(path, "ddd", state, 1, List.of(), 0);
  }
}
