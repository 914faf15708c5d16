package io.nacre.engine.scan.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadaheadWindowTest {
  private final ReadaheadWindow window = new ReadaheadWindow();

  @Test
  void doublesWhenAllOfItWasUsed() {
    window.addUsed(ReadaheadWindow.FIRST - 1);
    assertThat(window.size()).isEqualTo(ReadaheadWindow.FIRST);

    window.addUsed(1);

    assertThat(window.size()).isEqualTo(2 * ReadaheadWindow.FIRST);
  }

  @Test
  void hasABound() {
    for (int i = 0; i < 10; i++) {
      window.addUsed(window.size());
    }

    assertThat(window.size()).isEqualTo(ReadaheadWindow.MOST);
  }

  @Test
  void shrinksToOneWhenItIsOfNoUse() {
    for (int i = 0; i < 10; i++) {
      window.shrink();
    }

    assertThat(window.size()).isEqualTo(ReadaheadWindow.LEAST);
  }
}
