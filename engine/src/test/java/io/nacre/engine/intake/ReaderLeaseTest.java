package io.nacre.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReaderLeaseTest {
  private static final long LIMIT = 100;

  private final ReaderLease lease = new ReaderLease(500);
  private final ReaderLease.Claim first = lease.addReader();
  private final ReaderLease.Claim second = lease.addReader();
  private final ReaderLease.Claim third = lease.addReader();

  @Test
  void givesTheLeaseToTheFirst() {
    assertThat(first.isHeld()).isTrue();
    assertThat(second.isHeld()).isFalse();
  }

  @Test
  void leavesTheLeaseToAReaderThatIsInNoStep() {
    second.takeOver(Long.MAX_VALUE, 0);

    assertThat(first.isHeld()).isTrue();
  }

  @Test
  void leavesTheLeaseUntilAStepTakesTooLong() {
    first.begin(1_000);

    second.takeOver(1_100, LIMIT);
    assertThat(first.isHeld()).isTrue();

    second.takeOver(1_101, LIMIT);
    assertThat(first.isHeld()).isFalse();
    assertThat(second.isHeld()).isTrue();
  }

  @Test
  void measuresEachStepByItself() {
    first.begin(1_000);
    first.end(1_010);
    first.begin(9_000);

    second.takeOver(9_050, LIMIT);

    assertThat(first.isHeld()).isTrue();
  }

  @Test
  void measuresWhenTheClockWrapsAround() {
    first.begin(Long.MAX_VALUE - 10);

    second.takeOver(Long.MIN_VALUE + 10, LIMIT);
    assertThat(first.isHeld()).isTrue();

    second.takeOver(Long.MIN_VALUE + 100, LIMIT);
    assertThat(second.isHeld()).isTrue();
  }

  @Test
  void passesTheLeaseOnFromOneThatIsStuckToTheNext() {
    first.begin(1_000);
    second.takeOver(2_000, LIMIT);
    second.begin(2_000);

    third.takeOver(2_050, LIMIT);
    assertThat(second.isHeld()).isTrue();

    third.takeOver(2_200, LIMIT);
    assertThat(third.isHeld()).isTrue();
  }

  @Test
  void isCarefulForAWhileAfterAReaderWasStuck() {
    assertThat(lease.wasStuckLately(1_000)).isFalse();

    first.begin(1_000);
    second.takeOver(2_000, LIMIT);

    assertThat(lease.wasStuckLately(Duration.ofMinutes(9).toNanos())).isTrue();
    assertThat(lease.wasStuckLately(Duration.ofMinutes(11).toNanos())).isFalse();
  }

  @Test
  void givesNothingBackToOneThatIsNoLongerStuck() {
    first.begin(1_000);
    second.takeOver(2_000, LIMIT);

    first.end(3_000);

    assertThat(second.isHeld()).isTrue();
    third.takeOver(9_000, LIMIT); // the second one is in no step
    assertThat(second.isHeld()).isTrue();
  }

  @Test
  void tellsOfTheLatestStep() {
    assertThat(lease.progressNanos()).isEqualTo(500);

    first.begin(1_000);
    assertThat(lease.progressNanos()).isEqualTo(500);

    first.end(1_010);
    assertThat(lease.progressNanos()).isEqualTo(1_010);
  }
}
