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
  void clearsAllCachesBeforeItReportsIt() {
    assertThat(signatures.invalidateAll("they are new")).isEqualTo(7);

    assertThat(forgot)
        .containsExactly("infected after 0 times", "clean after 0 times", "kernel after 0 times");
    assertThat(signatures.reading()).isEqualTo(new SignatureSet.Reading(1, NOW, "they are new"));
  }

  @Test
  void keepsInfectedVerdictsIfItIsNotCertain() {
    long before = signatures.generation();

    signatures.invalidateClean("they may be new");

    assertThat(forgot).containsExactly("clean after 0 times", "kernel after 0 times");
    assertThat(signatures.generation()).isNotEqualTo(before);
    assertThat(signatures.reading()).isEqualTo(new SignatureSet.Reading(1, NOW, "they may be new"));
  }

  @Test
  void isUncertainAsLongAsAnyClamdIs() {
    assertThat(signatures.isUncertain()).isFalse();

    signatures.markUncertain("first");
    signatures.markUncertain("second");
    signatures.markUncertain("second");
    signatures.markCertain("second");
    assertThat(signatures.isUncertain()).isTrue();

    signatures.markCertain("first");
    assertThat(signatures.isUncertain()).isFalse();
    assertThat(forgot).isEmpty();
  }

  @Test
  void changesTheGenerationWithEachPossibleChange() {
    long before = signatures.generation();
    signatures.markCertain("it was certain");
    assertThat(signatures.generation()).isEqualTo(before);

    signatures.markUncertain("clamd");
    long uncertain = signatures.generation();
    signatures.markUncertain("clamd");
    assertThat(signatures.generation()).isEqualTo(uncertain).isNotEqualTo(before);

    signatures.invalidateAll("it loaded some");
    long loaded = signatures.generation();
    signatures.markCertain("clamd");
    assertThat(loaded).isNotEqualTo(uncertain);
    assertThat(signatures.generation()).isNotEqualTo(loaded);
  }

  private long forget(String what, long many) {
    forgot.add(what + " after " + signatures.reading().times() + " times");
    return many;
  }
}
