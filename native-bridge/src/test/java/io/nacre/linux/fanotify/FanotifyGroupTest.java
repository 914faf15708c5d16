package io.nacre.linux.fanotify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.socket.UnixSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel's end of the group is a socket here. */
class FanotifyGroupTest {
  private final NativeBuffer buffer = new NativeBuffer(4096);
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
  void readsNothingWhileThereIsNoEvent() throws ErrnoException {
    assertThat(group.read(buffer)).isZero();
  }

  @Test
  void readsWhatTheEventsDecode() throws ErrnoException {
    NativeBuffer sent = new NativeBuffer(FanotifyEvents.METADATA_SIZE);
    FanotifyEvents.put(sent.bytes(), 0, FanotifyMask.FAN_OPEN_PERM, 7, 42);
    kernel.send(sent, 0, sent.capacity());
    FanotifyEvents events = new FanotifyEvents();

    events.over(buffer.bytes(), group.read(buffer));

    assertThat(events.next()).isTrue();
    assertThat(events.fd()).isEqualTo(7);
    assertThat(events.pid()).isEqualTo(42);
    assertThat(events.next()).isFalse();
  }

  @Test
  void answersInTheLayoutOfTheKernel() throws ErrnoException {
    group.respond(7, Response.ALLOW);
    group.respond(8, Response.DENY);

    assertThat(kernel.receive(buffer, 0)).isEqualTo(8);
    assertThat(buffer.bytes().getInt(0)).isEqualTo(7);
    assertThat(buffer.bytes().getInt(4)).isEqualTo(1);
    assertThat(kernel.receive(buffer, 0)).isEqualTo(8);
    assertThat(buffer.bytes().getInt(0)).isEqualTo(8);
    assertThat(buffer.bytes().getInt(4)).isEqualTo(2);
  }

  @Test
  void closesItsDescriptor() {
    group.close();

    assertThat(group.fd().isOpen()).isFalse();
  }

  @Test
  void marksNothingIfItIsNoGroup() {
    assertThatThrownBy(
            () -> group.mark(MarkType.INODE, FanotifyMask.FAN_OPEN, new byte[] {'/', 'p'}))
        .isInstanceOf(ErrnoException.class)
        .hasMessage("fanotify_mark: Invalid argument");
  }
}
