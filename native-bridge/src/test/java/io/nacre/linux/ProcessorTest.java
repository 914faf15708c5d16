package io.nacre.linux;

import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.api.Test;

class ProcessorTest {

  @Test
  void isTakenAgainIfNoOtherThreadWantsIt() {
    assertThatNoException().isThrownBy(Processor::yieldToOthers);
  }
}
