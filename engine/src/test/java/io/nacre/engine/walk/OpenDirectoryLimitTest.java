package io.nacre.engine.walk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenDirectoryLimitTest {
  private final OpenDirectoryLimit limit = new OpenDirectoryLimit();

  @Test
  void oneWalkMayHaveManyOpen() {
    assertThat(open(1_000)).isEqualTo(OpenDirectoryLimit.AT_MOST);
  }

  @Test
  void eachWalkMayAlwaysHaveAFew() {
    for (int i = 0; i < 10; i++) {
      open(1_000);
    }

    assertThat(open(1_000)).isEqualTo(OpenDirectoryLimit.ALWAYS);
  }

  @Test
  void whatIsClosedMayBeOpenedByAnother() {
    int first = open(1_000);
    open(1_000);
    open(1_000);
    for (int held = first; held > 0; held--) {
      limit.release(held);
    }

    assertThat(open(1_000)).isEqualTo(OpenDirectoryLimit.AT_MOST);
  }

  private int open(int wanted) {
    int held = 0;
    while (held < wanted && limit.tryAcquire(held)) {
      held++;
    }
    return held;
  }
}
