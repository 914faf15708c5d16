package io.nacre.linux.fanotify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.WakeUp;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.socket.UnixSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel's end of the group is a socket here. */
class ResponseBatchTest {
  private final NativeBuffer buffer = new NativeBuffer(1 << 16);
  private UnixSocket kernel;
  private FanotifyGroup group;

  @BeforeEach
  void open() throws ErrnoException {
    UnixSocket[] pair = UnixSocket.pair();
    kernel = pair[0];
    group = FanotifyGroup.over(pair[1].fd());
  }

  @AfterEach
  void close() {
    group.close();
    kernel.close();
  }

  @Test
  void sendsNothingWhenItIsEmpty() throws ErrnoException {
    ResponseBatch batch = new ResponseBatch(group, 4);

    int gone = batch.send();

    assertThat(gone).isZero();
    assertThat(batch.size()).isZero();
    assertThat(kernel.receive(buffer, 0)).isZero();
  }

  @Test
  void sendsEveryAnswerByOneCall() throws ErrnoException {
    ResponseBatch batch = new ResponseBatch(group, 4);
    batch.add(7, Response.ALLOW);
    batch.add(8, Response.DENY);

    int gone = batch.send();

    assertThat(gone).isZero();
    assertThat(kernel.receive(buffer, 0)).isEqualTo(16);
    assertAnswer(0, 7, 1);
    assertAnswer(1, 8, 2);
  }

  @Test
  void closesTheDescriptorsAfterTheAnswers() throws ErrnoException {
    int first = openNumber();
    int second = openNumber();
    ResponseBatch batch = new ResponseBatch(group, 4);
    batch.add(first, Response.ALLOW);
    batch.add(second, Response.DENY);

    int gone = batch.sendAndClose();

    assertThat(gone).isZero();
    assertThat(batch.size()).isZero();
    assertThat(kernel.receive(buffer, 0)).isEqualTo(16);
    assertAnswer(0, first, 1);
    assertAnswer(1, second, 2);
    assertNotOpen(first);
    assertNotOpen(second);
  }

  @Test
  void closesTheDescriptorsAlsoWhenTheAnswersFail() throws ErrnoException {
    int first = openNumber();
    int second = openNumber();
    ResponseBatch batch = new ResponseBatch(group, 4);
    batch.add(first, Response.ALLOW);
    batch.add(second, Response.DENY);
    kernel.close();

    assertThatThrownBy(batch::sendAndClose).isInstanceOf(ErrnoException.class);

    assertThat(batch.size()).isZero();
    assertNotOpen(first);
    assertNotOpen(second);
  }

  @Test
  void closesTheDescriptorsWithoutAnAnswerWhenAsked() throws ErrnoException {
    int number = openNumber();
    ResponseBatch batch = new ResponseBatch(group, 4);
    batch.add(number, Response.ALLOW);

    batch.close();

    assertThat(batch.size()).isZero();
    assertThat(kernel.receive(buffer, 0)).isZero();
    assertNotOpen(number);
  }

  @Test
  void isEmptyAfterSending() throws ErrnoException {
    ResponseBatch batch = new ResponseBatch(group, 1);
    batch.add(7, Response.ALLOW);
    batch.send();
    kernel.receive(buffer, 0);

    batch.add(8, Response.DENY);
    batch.send();

    assertThat(batch.size()).isZero();
    assertThat(kernel.receive(buffer, 0)).isEqualTo(8);
    assertAnswer(0, 8, 2);
  }

  @Test
  void refusesMoreThanItsCapacity() {
    ResponseBatch batch = new ResponseBatch(group, 1);
    batch.add(7, Response.ALLOW);

    assertThatThrownBy(() -> batch.add(8, Response.ALLOW))
        .isInstanceOf(IllegalStateException.class);
    assertThat(batch.size()).isEqualTo(1);
  }

  @Test
  void sendsMoreThanOneCallMayTakeByTwo() throws ErrnoException {
    ResponseBatch batch = new ResponseBatch(group, 1500);
    for (int i = 0; i < 1500; i++) {
      batch.add(i, Response.ALLOW);
    }

    batch.send();

    assertThat(kernel.receive(buffer, 0)).isEqualTo(1024 * 8);
    assertAnswer(1023, 1023, 1);
    assertThat(kernel.receive(buffer, 0)).isEqualTo(476 * 8);
    assertAnswer(0, 1024, 1);
    assertAnswer(475, 1499, 1);
  }

  @Test
  void isEmptyAfterAFailureToo() {
    ResponseBatch batch = new ResponseBatch(group, 2);
    batch.add(7, Response.ALLOW);
    kernel.close();

    assertThatThrownBy(batch::send)
        .isInstanceOf(ErrnoException.class)
        .hasMessageStartingWith("writev: ");
    assertThat(batch.size()).isZero();
  }

  /** Returns a descriptor that the batch is to close. */
  private static int openNumber() throws ErrnoException {
    return WakeUp.open().fd().number();
  }

  /** The number may be used again by now, but not for an eventfd. */
  private static void assertNotOpen(int number) {
    String path = "";
    try {
      path = new String(new DescriptorPath().read(number).bytes(), UTF_8);
    } catch (ErrnoException notOpen) {
      assertThat(notOpen.errno()).isEqualTo(Errno.ENOENT);
    }
    assertThat(path).doesNotContain("eventfd");
  }

  private void assertAnswer(int index, int eventFd, int code) {
    assertThat(buffer.bytes().getInt(index * 8)).isEqualTo(eventFd);
    assertThat(buffer.bytes().getInt(index * 8 + 4)).isEqualTo(code);
  }
}
