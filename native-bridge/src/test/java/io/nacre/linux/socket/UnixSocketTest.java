package io.nacre.linux.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;
import io.nacre.linux.process.ProcFs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnixSocketTest {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int MSG_DONTWAIT = 0x40;

  @TempDir Path directory;

  private final NativeBuffer hello = NativeBuffer.cString("hello".getBytes(UTF_8));
  private final NativeBuffer buffer = new NativeBuffer(64);
  private String path;

  @BeforeEach
  void choosePath() {
    path = directory.resolve("s").toString();
  }

  @Test
  void acceptsNothingWhileNoClientConnects() throws ErrnoException {
    try (UnixSocket listener = UnixSocket.listen(path, 1)) {
      assertThat(listener.accept()).isEmpty();
    }
  }

  @Test
  void carriesBytesBothWays() throws ErrnoException {
    try (UnixSocket listener = UnixSocket.listen(path, 1);
        UnixSocket client = UnixSocket.stream()) {
      assertThat(client.connect(path)).isTrue();
      try (UnixSocket server = listener.accept().orElseThrow()) {
        int sent = client.send(hello, 0, 5);
        int received = server.receive(buffer, 2);
        int answered = server.send(hello, 1, 3);
        int back = client.receive(buffer, 10);

        assertThat(sent).isEqualTo(5);
        assertThat(received).isEqualTo(5);
        assertThat(buffer.copy(2, 5)).isEqualTo("hello".getBytes(UTF_8));
        assertThat(answered).isEqualTo(2);
        assertThat(back).isEqualTo(2);
        assertThat(buffer.copy(10, 2)).isEqualTo("el".getBytes(UTF_8));
      }
    }
  }

  @Test
  void connectsToAnAbstractName() throws ErrnoException {
    String name = "@nacre-test-" + System.nanoTime();
    try (UnixSocket listener = UnixSocket.listen(name, 1);
        UnixSocket client = UnixSocket.stream()) {
      assertThat(client.connect(name)).isTrue();
      assertThat(listener.accept().orElseThrow().fd().isOpen()).isTrue();
    }
  }

  @Test
  void passesADescriptorWithTheFirstByte() throws Exception {
    Path file = Files.writeString(directory.resolve("f"), "content");
    UnixSocket[] pair = UnixSocket.pair();
    try (UnixSocket here = pair[0];
        UnixSocket there = pair[1];
        Directory passed = Directory.open(directory.toString().getBytes(UTF_8))) {
      int sent = here.sendWithDescriptor(hello, 1, 4, passed.fd().number());
      try (Fd received = DescriptorReceiver.receive(there, buffer)) {
        assertThat(sent).isEqualTo(3);
        assertThat(buffer.copy(0, 3)).isEqualTo("ell".getBytes(UTF_8));
        assertThat(received.number()).isNotEqualTo(passed.fd().number());
        assertThat(new Statx().read(received.number()).inode())
            .isEqualTo(Files.getAttribute(directory, "unix:ino"));
        assertThat(Path.of("/proc/self/fd/" + received.number(), file.getFileName().toString()))
            .hasContent("content");
      }
    }
  }

  @Test
  void passesOneDescriptorAfterAnother() throws ErrnoException {
    Statx statx = new Statx();
    UnixSocket[] pair = UnixSocket.pair();
    try (UnixSocket here = pair[0];
        UnixSocket there = pair[1];
        Directory root = Directory.open("/".getBytes(UTF_8));
        Directory proc = Directory.open("/proc".getBytes(UTF_8))) {
      for (Directory passed : List.of(root, proc, root)) {
        here.sendWithDescriptor(hello, 0, 1, passed.fd().number());
        try (Fd received = DescriptorReceiver.receive(there, buffer)) {
          long device = statx.read(received.number()).device();

          assertThat(device).isEqualTo(statx.read(passed.fd().number()).device());
        }
      }
    }
  }

  @Test
  void refusesToPassWhatIsNotOpen() throws ErrnoException {
    UnixSocket[] pair = UnixSocket.pair();
    try (UnixSocket here = pair[0];
        UnixSocket there = pair[1]) {
      assertThatThrownBy(() -> here.sendWithDescriptor(hello, 0, 5, Integer.MAX_VALUE))
          .asInstanceOf(type(ErrnoException.class))
          .returns("sendmsg", ErrnoException::call)
          .returns(Errno.EBADF, ErrnoException::errno);
      assertThat(there.receive(buffer, 0)).isZero();
    }
  }

  @Test
  void keepsTheBoundariesOfMessagesInAPair() throws ErrnoException {
    UnixSocket[] pair = UnixSocket.pair();
    try (UnixSocket here = pair[0];
        UnixSocket there = pair[1]) {
      here.send(hello, 0, 2);
      here.send(hello, 2, 5);

      assertThat(there.receive(buffer, 0)).isEqualTo(2);
      assertThat(there.receive(buffer, 0)).isEqualTo(3);
    }
  }

  @Test
  void namesTheProcessAtTheOtherEnd() throws ErrnoException {
    try (UnixSocket listener = UnixSocket.listen(path, 1);
        UnixSocket client = UnixSocket.stream()) {
      client.connect(path);
      try (UnixSocket server = listener.accept().orElseThrow()) {
        assertThat(server.peer().pid()).isEqualTo(ProcFs.self());
        assertThat(server.peer().uid()).isEqualTo(ProcFs.effectiveUserOfSelf());
        assertThat(client.peer()).isEqualTo(server.peer());
      }
    }
  }

  @Test
  void doesNotConnectWhileTheBacklogIsFull() throws ErrnoException {
    List<UnixSocket> clients = new ArrayList<>();
    try (UnixSocket listener = UnixSocket.listen(path, 1)) {
      boolean connected = true;
      while (connected && clients.size() < 10) {
        UnixSocket client = UnixSocket.stream();
        clients.add(client);
        connected = client.connect(path);
      }
      listener.accept().orElseThrow().close();
      boolean connectedLater = clients.get(clients.size() - 1).connect(path);

      assertThat(connected).isFalse();
      assertThat(connectedLater).isTrue();
    } finally {
      clients.forEach(UnixSocket::close);
    }
  }

  @Test
  void reportsThatNoServerListens() throws ErrnoException {
    UnixSocket.listen(path, 1).close();
    try (UnixSocket client = UnixSocket.stream()) {
      assertThatThrownBy(() -> client.connect(path))
          .asInstanceOf(type(ErrnoException.class))
          .returns("connect", ErrnoException::call)
          .returns(Errno.ECONNREFUSED, ErrnoException::errno);
    }
  }

  @Test
  void tellsThatThereIsNoSocket() throws ErrnoException {
    try (UnixSocket client = UnixSocket.stream()) {
      assertThatThrownBy(() -> client.connect(path + "-none"))
          .asInstanceOf(type(ErrnoException.class))
          .returns(Errno.ENOENT, ErrnoException::errno);
    }
  }

  @Test
  void doesNotListenWhereAFileIs() throws Exception {
    Files.createFile(Path.of(path));

    assertThatThrownBy(() -> UnixSocket.listen(path, 1))
        .isInstanceOf(ErrnoException.class)
        .hasMessageStartingWith("bind: ");
  }

  @Test
  void tellsThatTheOtherEndHasClosed() throws ErrnoException {
    try (UnixSocket listener = UnixSocket.listen(path, 1);
        UnixSocket client = UnixSocket.stream()) {
      client.connect(path);
      listener.accept().orElseThrow().close();

      assertThat(client.receive(buffer, 0)).isEqualTo(-1);
      assertThatThrownBy(() -> client.send(hello, 0, 5))
          .asInstanceOf(type(ErrnoException.class))
          .returns(Errno.EPIPE, ErrnoException::errno);
    }
  }

  @Test
  void sendsNothingWhileThereIsNoRoom() throws ErrnoException {
    NativeBuffer much = new NativeBuffer(1 << 16);
    try (UnixSocket listener = UnixSocket.listen(path, 1);
        UnixSocket client = UnixSocket.stream()) {
      client.connect(path);
      int sent;
      int rounds = 0;
      do {
        sent = client.send(much, 0, much.capacity());
        rounds++;
      } while (sent > 0 && rounds < 1000);

      assertThat(sent).isZero();
      assertThat(client.sendWithDescriptor(hello, 0, 5, client.fd().number())).isZero();
      assertThat(listener.accept().orElseThrow().receive(buffer, 0)).isEqualTo(buffer.capacity());
    }
  }

  @Test
  void receivesNothingWhileThereIsNothing() throws ErrnoException {
    UnixSocket[] pair = UnixSocket.pair();
    try (UnixSocket here = pair[0];
        UnixSocket there = pair[1]) {
      assertThat(here.receive(buffer, 0)).isZero();
      assertThat(there.receive(buffer, 0)).isZero();
    }
  }

  @Test
  void refusesBytesOutsideTheBuffer() throws ErrnoException {
    UnixSocket[] pair = UnixSocket.pair();
    try (UnixSocket here = pair[0];
        UnixSocket there = pair[1]) {
      assertThatThrownBy(() -> here.send(hello, -1, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> here.send(hello, 3, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> here.sendWithDescriptor(hello, 0, 7, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> there.receive(buffer, 65))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void sendsADatagram() throws ErrnoException {
    try (Fd receiver = datagramSocketAt(path)) {
      UnixSocket.sendDatagram(path, "READY=1".getBytes(UTF_8));
      long received =
          SocketLib.recv(receiver.number(), buffer.address(), buffer.capacity(), MSG_DONTWAIT);

      assertThat(received).isEqualTo(7);
      assertThat(buffer.copy(0, 7)).isEqualTo("READY=1".getBytes(UTF_8));
    }
  }

  @Test
  void doesNotWaitForTheReaderOfDatagrams() throws ErrnoException {
    try (Fd receiver = datagramSocketAt(path)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  UnixSocket.sendDatagram(path, "WATCHDOG=1".getBytes(UTF_8));
                }
              })
          .asInstanceOf(type(ErrnoException.class))
          .returns("sendto", ErrnoException::call)
          .returns(Errno.EAGAIN, ErrnoException::errno);
      assertThat(receiver.isOpen()).isTrue();
    }
  }

  @Test
  void reportsThatNoServerTakesTheDatagram() {
    assertThatThrownBy(() -> UnixSocket.sendDatagram(path, new byte[] {1}))
        .asInstanceOf(type(ErrnoException.class))
        .returns("sendto", ErrnoException::call)
        .returns(Errno.ENOENT, ErrnoException::errno);
  }

  @Test
  void usesEveryByteOfAnAddress() throws ErrnoException {
    String longest = "@" + "x".repeat(106 - 20) + String.format("%020d", System.nanoTime());
    try (UnixSocket listener = UnixSocket.listen(longest, 1);
        UnixSocket client = UnixSocket.stream();
        UnixSocket stranger = UnixSocket.stream()) {
      assertThat(client.connect(longest)).isTrue();
      assertThat(listener.accept()).isPresent();
      assertThatThrownBy(() -> stranger.connect(longest.substring(0, 106)))
          .isInstanceOf(ErrnoException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 108, 4096})
  void refusesAnAddressThatDoesNotFit(int length) {
    String address = "x".repeat(length);

    assertThatThrownBy(() -> UnixSocket.listen(address, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 107 bytes");
  }

  private static Fd datagramSocketAt(String path) throws ErrnoException {
    Fd fd = Fd.orThrow("socket", SocketLib.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    UnixAddress address = new UnixAddress(path);
    if (SocketLib.bind(fd.number(), address.address(), address.length()) < 0) {
      ErrnoException failure = ErrnoException.last("bind");
      fd.close();
      throw failure;
    }
    return fd;
  }
}
