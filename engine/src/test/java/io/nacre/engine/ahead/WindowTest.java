package io.nacre.engine.ahead;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowTest {
  private final Window window = new Window();

  @Test
  void doublesWhenAllOfItWasUsed() {
    window.used(Window.FIRST - 1);
    assertThat(window.size()).isEqualTo(Window.FIRST);

    window.used(1);

    assertThat(window.size()).isEqualTo(2 * Window.FIRST);
  }

  @Test
  void hasABound() {
    for (int i = 0; i < 10; i++) {
      window.used(window.size());
    }

    assertThat(window.size()).isEqualTo(Window.MOST);
  }

  @Test
  void shrinksToOneWhenItIsOfNoUse() {
    for (int i = 0; i < 10; i++) {
      window.wasted();
    }

    assertThat(window.size()).isEqualTo(Window.LEAST);
  }
}
