package io.nacre.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WakeUpTest {
  private static final int LONG_MILLIS = 20_000;

  @Test
  void isNotSignalledAtFirst() throws ErrnoException {
    try (WakeUp wakeUp = WakeUp.open()) {
      assertThat(new Poll(wakeUp.fd()).await(0)).isZero();
    }
  }

  @Test
  void aSignalBeforeTheWaitEndsItAtOnce() throws ErrnoException {
    try (WakeUp wakeUp = WakeUp.open()) {
      wakeUp.signal();

      assertThat(new Poll(wakeUp.fd()).await(LONG_MILLIS)).isEqualTo(1);
    }
  }

  @Test
  void aSignalFromAnotherThreadEndsTheWait() throws ErrnoException {
    try (WakeUp wakeUp = WakeUp.open()) {
      CompletableFuture<Void> signalled = CompletableFuture.runAsync(wakeUp::signal);

      int ready = new Poll(wakeUp.fd()).await(LONG_MILLIS);

      signalled.join();
      assertThat(ready).isEqualTo(1);
    }
  }

  @Test
  void staysSignalledUntilCleared() throws ErrnoException {
    try (WakeUp wakeUp = WakeUp.open()) {
      Poll poll = new Poll(wakeUp.fd());
      wakeUp.signal();

      assertThat(poll.await(0)).isEqualTo(1);
      assertThat(poll.await(0)).isEqualTo(1);
    }
  }

  @Test
  void isClearedOfAllSignalsAtOnce() throws ErrnoException {
    try (WakeUp wakeUp = WakeUp.open()) {
      wakeUp.signal();
      wakeUp.signal();

      wakeUp.clear();

      assertThat(new Poll(wakeUp.fd()).await(0)).isZero();
    }
  }

  @Test
  void clearingWithoutASignalDoesNotWait() throws ErrnoException {
    try (WakeUp wakeUp = WakeUp.open()) {
      wakeUp.clear();

      assertThat(new Poll(wakeUp.fd()).await(0)).isZero();
    }
  }

  @Test
  void canBeSignalledAgainAfterClearing() throws ErrnoException {
    try (WakeUp wakeUp = WakeUp.open()) {
      wakeUp.signal();
      wakeUp.clear();

      wakeUp.signal();

      assertThat(new Poll(wakeUp.fd()).await(0)).isEqualTo(1);
    }
  }

  @Test
  void aSignalAfterCloseReachesNoOtherDescriptor() throws ErrnoException {
    WakeUp closed = WakeUp.open();
    closed.close();
    try (WakeUp open = WakeUp.open()) {
      assumeThat(open.fd().number()).isEqualTo(closed.fd().number());

      closed.signal();

      assertThat(new Poll(open.fd()).await(0)).isZero();
    }
  }
}
