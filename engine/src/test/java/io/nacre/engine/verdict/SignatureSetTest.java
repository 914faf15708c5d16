package io.nacre.engine.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignatureSetTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final List<String> forgot = new ArrayList<>();
  private final SignatureSet signatures =
      new SignatureSet(
          Clock.fixed(NOW, ZoneOffset.UTC),
          () -> forget("infected", 4),
          List.of(() -> forget("clean", 3), () -> forget("kernel", 0)));

  @Test
  void hasAllForgottenBeforeItSaysSo() {
    assertThat(signatures.forget("they are new")).isEqualTo(7);

    assertThat(forgot)
        .containsExactly("infected after 0 times", "clean after 0 times", "kernel after 0 times");
    assertThat(signatures.reading()).isEqualTo(new SignatureSet.Reading(1, NOW, "they are new"));
  }

  @Test
  void keepsWhatIsInfectedOnMereSuspicion() {
    long before = signatures.generation();

    signatures.forgetClean("they may be new");

    assertThat(forgot).containsExactly("clean after 0 times", "kernel after 0 times");
    assertThat(signatures.generation()).isNotEqualTo(before);
    assertThat(signatures.reading()).isEqualTo(new SignatureSet.Reading(1, NOW, "they may be new"));
  }

  @Test
  void isInDoubtAsLongAsAnyClamdIs() {
    assertThat(signatures.isInDoubt()).isFalse();

    signatures.doubt("first");
    signatures.doubt("second");
    signatures.doubt("second");
    signatures.trust("second");
    assertThat(signatures.isInDoubt()).isTrue();

    signatures.trust("first");
    assertThat(signatures.isInDoubt()).isFalse();
    assertThat(forgot).isEmpty();
  }

  @Test
  void isAnotherGenerationWheneverOthersMayBeInUse() {
    long before = signatures.generation();
    signatures.trust("nobody doubted it");
    assertThat(signatures.generation()).isEqualTo(before);

    signatures.doubt("clamd");
    long doubted = signatures.generation();
    signatures.doubt("clamd");
    assertThat(signatures.generation()).isEqualTo(doubted).isNotEqualTo(before);

    signatures.forget("it loaded some");
    long loaded = signatures.generation();
    signatures.trust("clamd");
    assertThat(loaded).isNotEqualTo(doubted);
    assertThat(signatures.generation()).isNotEqualTo(loaded);
  }

  private long forget(String what, long many) {
    forgot.add(what + " after " + signatures.reading().times() + " times");
    return many;
  }
}
