package io.nacre.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DescriptorBudgetTest {
  private final DescriptorBudget budget = new DescriptorBudget(256);

  @Test
  void hasRoomUpToTheReservedOnes() {
    assertThat(budget.hasRoomFor(191)).isTrue();
    assertThat(budget.hasRoomFor(192)).isFalse();
    assertThat(budget.hasRoomFor(255)).isFalse();
  }

  @Test
  void hasNoRoomWhileTooManyAreCounted() {
    assertThat(budget.update(193)).isTrue();
    assertThat(budget.hasRoomFor(10)).isFalse();

    assertThat(budget.update(192)).isFalse();
    assertThat(budget.hasRoomFor(10)).isTrue();
  }
}
