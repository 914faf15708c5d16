package io.nacre.engine.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import org.junit.jupiter.api.Test;

class BackgroundCountsTest {
  private final BackgroundCounts counts = new BackgroundCounts();

  @Test
  void haveANameForEveryFate() {
    assertThat(counts.byName().keySet())
        .containsExactly(
            "queued", "inside", "scanned", "infected", "unscanned", "dropped", "skipped");
    assertThat(counts.byName().values()).allMatch(count -> count == 0);
  }

  @Test
  void saysHowManyAreInside() {
    counts.addQueued();
    counts.addQueued();
    counts.addQueued();
    counts.add(new Verdict.Clean());
    counts.add(new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, "refused"));

    assertThat(counts.byName()).containsEntry("queued", 3L).containsEntry("inside", 1L);
  }

  @Test
  void countAnInfectedFileAsScanned() {
    counts.add(new Verdict.Clean());
    counts.add(new Verdict.Infected("Eicar"));

    assertThat(counts.byName()).containsEntry("scanned", 2L).containsEntry("infected", 1L);
  }

  @Test
  void countWhatFoundNoRoomAsDropped() {
    counts.add(new Verdict.Unscanned(FallbackReason.OVERLOAD, ""));
    counts.addDropped();

    assertThat(counts.dropped()).isEqualTo(2);
    assertThat(counts.byName()).containsEntry("unscanned", 0L);
  }

  @Test
  void haveNoneInsideWhenAScanEndsBeforeItIsCountedAsQueued() {
    counts.add(new Verdict.Clean());

    assertThat(counts.byName()).containsEntry("inside", 0L);
  }
}
