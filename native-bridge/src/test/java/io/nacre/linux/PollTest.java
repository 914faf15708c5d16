package io.nacre.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.linux.socket.UnixSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PollTest {
  private static final int LONG_MILLIS = 20_000;

  private final NativeBuffer buffer = new NativeBuffer(8);
  private WakeUp first;
  private WakeUp second;

  @BeforeEach
  void open() throws ErrnoException {
    first = WakeUp.open();
    second = WakeUp.open();
  }

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  @Test
  void endsAtTheTimeoutWhenNothingIsReady() throws ErrnoException {
    Poll poll = new Poll(first.fd(), second.fd());

    long start = System.nanoTime();
    int ready = poll.await(20);
    long waited = System.nanoTime() - start;

    assertThat(ready).isZero();
    assertThat(poll.isReady(0)).isFalse();
    assertThat(poll.isReady(1)).isFalse();
    assertThat(waited).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(19));
  }

  @Test
  void tellsWhichDescriptorIsReady() throws ErrnoException {
    Poll poll = new Poll(first.fd(), second.fd());
    second.signal();

    int ready = poll.await(LONG_MILLIS);

    assertThat(ready).isEqualTo(1);
    assertThat(poll.isReady(0)).isFalse();
    assertThat(poll.isReady(1)).isTrue();
  }

  @Test
  void forgetsTheResultOfTheWaitBefore() throws ErrnoException {
    Poll poll = new Poll(first.fd());
    first.signal();
    poll.await(LONG_MILLIS);

    first.clear();
    int ready = poll.await(0);

    assertThat(ready).isZero();
    assertThat(poll.isReady(0)).isFalse();
  }

  @Test
  void waitsForRoomToWriteWhenAsked() throws ErrnoException {
    Poll poll = new Poll(first.fd(), second.fd());

    poll.waitFor(1, Poll.OUT);
    int ready = poll.await(LONG_MILLIS);

    assertThat(ready).isEqualTo(1);
    assertThat(poll.isReady(0)).isFalse();
    assertThat(poll.isReady(1)).isTrue();
  }

  @Test
  void ignoresWhatItIsNotAskedFor() throws ErrnoException {
    Poll poll = new Poll(first.fd());
    first.signal();

    poll.waitFor(0, (short) 0);
    int ready = poll.await(0);

    assertThat(ready).isZero();
    assertThat(poll.isReady(0)).isFalse();
  }

  @Test
  void tellsThatTheOtherEndIsGone() throws ErrnoException {
    String name = "@nacre-poll-test-" + System.nanoTime();
    try (UnixSocket listener = UnixSocket.listen(name, 1);
        UnixSocket client = UnixSocket.stream()) {
      client.connect(name);
      listener.accept().orElseThrow().close();
      Poll poll = new Poll(client.fd());

      poll.waitFor(0, (short) 0);
      int ready = poll.await(LONG_MILLIS);

      assertThat(ready).isEqualTo(1);
      assertThat(poll.isReady(0)).isTrue();
    }
  }

  @Test
  void tellsForWhatADescriptorIsReady() throws ErrnoException {
    Poll poll = new Poll(first.fd(), second.fd());
    poll.waitFor(0, (short) (Poll.IN | Poll.OUT));

    poll.await(LONG_MILLIS);
    assertThat(poll.has(0, Poll.OUT)).isTrue();
    assertThat(poll.has(0, Poll.IN)).isFalse();
    assertThat(poll.has(1, Poll.IN)).isFalse();

    first.signal();
    poll.await(LONG_MILLIS);
    assertThat(poll.has(0, Poll.IN)).isTrue();
    assertThat(poll.has(0, (short) (Poll.IN | Poll.OUT))).isTrue();
  }

  @Test
  void leavesTheDescriptorAsItIs() throws ErrnoException {
    Poll poll = new Poll(first.fd());
    first.signal();

    poll.await(LONG_MILLIS);

    assertThat(first.fd().read(buffer)).isEqualTo(8);
    assertThat(buffer.bytes().getLong(0)).isEqualTo(1);
  }
}
