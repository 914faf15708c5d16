package io.nacre.engine.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.InlineReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnswerCountsTest {
  private final AnswerCounts counts = new AnswerCounts();

  @Test
  void areAllZeroAtFirst() {
    assertThat(counts.total()).isZero();
    assertThat(counts.denied()).isZero();
    assertThat(counts.byReason().values()).allMatch(count -> count == 0);
  }

  @Test
  void haveANameForEveryReason() {
    Stream<String> fallbacks = Stream.of(FallbackReason.values()).map(FallbackReason::label);
    Stream<String> inline = Stream.of(InlineReason.values()).map(InlineReason::label);

    assertThat(counts.byReason().keySet())
        .containsAll(Stream.concat(fallbacks, inline).toList())
        .contains("clean", "infected", "infected-cached", "opener-gone", "unreadable");
  }

  @Test
  void countVerdictsAsScanned() {
    counts.add(Response.ALLOW, new Verdict.Clean());
    counts.add(Response.ALLOW, new Verdict.Clean());
    counts.add(Response.DENY, new Verdict.Infected("Eicar"));

    assertThat(counts.scanned()).isEqualTo(3);
    assertThat(counts.unscanned()).isZero();
    assertThat(counts.denied()).isEqualTo(1);
    assertThat(counts.total()).isEqualTo(3);
    assertThat(counts.byReason()).containsEntry("clean", 2L).containsEntry("infected", 1L);
  }

  @Test
  void countAVerdictForWantOfOneByItsReason() {
    counts.add(Response.DENY, new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, "refused"));

    assertThat(counts.count(FallbackReason.CLAMD_DOWN)).isEqualTo(1);
    assertThat(counts.scanned()).isZero();
    assertThat(counts.denied()).isEqualTo(1);
  }

  @Test
  void countWhatWasKnownApartFromWhatWasScanned() {
    counts.addCached(Response.DENY);

    assertThat(counts.byReason())
        .containsEntry("infected-cached", 1L)
        .containsEntry("infected", 0L);
    assertThat(counts.total()).isEqualTo(1);
    assertThat(counts.denied()).isEqualTo(1);
    assertThat(counts.scanned() + counts.unscanned()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void countEachFallbackAsUnscanned(FallbackReason reason) {
    counts.add(Response.ALLOW, reason);

    assertThat(counts.count(reason)).isEqualTo(1);
    assertThat(counts.unscanned()).isEqualTo(1);
    assertThat(counts.total()).isEqualTo(1);
    assertThat(counts.denied()).isZero();
    assertThat(counts.byReason()).containsEntry(reason.label(), 1L);
  }

  @ParameterizedTest
  @EnumSource
  void countEachReasonToAllowAtOnce(InlineReason reason) {
    counts.add(reason);

    assertThat(counts.count(reason)).isEqualTo(1);
    assertThat(counts.total()).isEqualTo(1);
    assertThat(counts.scanned() + counts.unscanned()).isZero();
    assertThat(counts.byReason()).containsEntry(reason.label(), 1L);
  }

  @Test
  void areAllZeroAgainAfterAReset() {
    counts.add(Response.DENY, new Verdict.Infected("Eicar"));
    counts.add(Response.DENY, FallbackReason.DEADLINE);
    counts.add(InlineReason.EMPTY);
    counts.addGone(1);
    counts.addUnreadable();
    counts.addCached(Response.DENY);
    counts.background().addQueued();

    counts.reset();

    assertThat(counts.total()).isZero();
    assertThat(counts.denied()).isZero();
    assertThat(counts.byReason().values()).allMatch(count -> count == 0);
    assertThat(counts.background().byName().values()).allMatch(count -> count == 0);
  }

  @Test
  void doNotCountAsAnswersWhatTheKernelSettled() {
    counts.addGone(3);
    counts.addUnreadable();

    assertThat(counts.total()).isZero();
    assertThat(counts.byReason()).containsEntry("opener-gone", 3L).containsEntry("unreadable", 1L);
  }
}
