package io.nacre.engine.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LabelsTest {

  @Test
  void areKebabCase() {
    assertThat(FallbackReason.CLAMD_DOWN.label()).isEqualTo("clamd-down");
    assertThat(FallbackReason.DEADLINE.label()).isEqualTo("deadline");
    assertThat(InlineReason.OWN_PROCESS.label()).isEqualTo("own-process");
  }

  @Test
  void areDifferentForEachReason() {
    Stream<String> fallbacks = Stream.of(FallbackReason.values()).map(FallbackReason::label);
    Stream<String> inline = Stream.of(InlineReason.values()).map(InlineReason::label);

    assertThat(Stream.concat(fallbacks, inline)).doesNotHaveDuplicates();
  }
}
