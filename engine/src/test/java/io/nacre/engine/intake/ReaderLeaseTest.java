package io.nacre.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReaderLeaseTest {
  private static final long LIMIT = 100;

  private final ReaderLease watch = new ReaderLease(500);
  private final ReaderLease.Turn first = watch.join();
  private final ReaderLease.Turn second = watch.join();
  private final ReaderLease.Turn third = watch.join();

  @Test
  void givesTheTurnToTheFirst() {
    assertThat(first.isMine()).isTrue();
    assertThat(second.isMine()).isFalse();
  }

  @Test
  void leavesTheTurnToAReaderThatIsInNoStep() {
    second.takeOver(Long.MAX_VALUE, 0);

    assertThat(first.isMine()).isTrue();
  }

  @Test
  void leavesTheTurnUntilAStepTakesTooLong() {
    first.begin(1_000);

    second.takeOver(1_100, LIMIT);
    assertThat(first.isMine()).isTrue();

    second.takeOver(1_101, LIMIT);
    assertThat(first.isMine()).isFalse();
    assertThat(second.isMine()).isTrue();
  }

  @Test
  void measuresEachStepByItself() {
    first.begin(1_000);
    first.end(1_010);
    first.begin(9_000);

    second.takeOver(9_050, LIMIT);

    assertThat(first.isMine()).isTrue();
  }

  @Test
  void measuresWhenTheClockWrapsAround() {
    first.begin(Long.MAX_VALUE - 10);

    second.takeOver(Long.MIN_VALUE + 10, LIMIT);
    assertThat(first.isMine()).isTrue();

    second.takeOver(Long.MIN_VALUE + 100, LIMIT);
    assertThat(second.isMine()).isTrue();
  }

  @Test
  void passesTheTurnOnFromOneThatIsStuckToTheNext() {
    first.begin(1_000);
    second.takeOver(2_000, LIMIT);
    second.begin(2_000);

    third.takeOver(2_050, LIMIT);
    assertThat(second.isMine()).isTrue();

    third.takeOver(2_200, LIMIT);
    assertThat(third.isMine()).isTrue();
  }

  @Test
  void isCarefulForAWhileAfterSomebodyWasStuck() {
    assertThat(watch.isCareful(1_000)).isFalse();

    first.begin(1_000);
    second.takeOver(2_000, LIMIT);

    assertThat(watch.isCareful(Duration.ofMinutes(9).toNanos())).isTrue();
    assertThat(watch.isCareful(Duration.ofMinutes(11).toNanos())).isFalse();
  }

  @Test
  void givesNothingBackToOneThatIsNoLongerStuck() {
    first.begin(1_000);
    second.takeOver(2_000, LIMIT);

    first.end(3_000);

    assertThat(second.isMine()).isTrue();
    third.takeOver(9_000, LIMIT); // the second one is in no step
    assertThat(second.isMine()).isTrue();
  }

  @Test
  void tellsOfTheLatestStep() {
    assertThat(watch.progressNanos()).isEqualTo(500);

    first.begin(1_000);
    assertThat(watch.progressNanos()).isEqualTo(500);

    first.end(1_010);
    assertThat(watch.progressNanos()).isEqualTo(1_010);
  }
}
