package io.nacre.linux.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TcpSocketTest {
  private static final int LONG_MILLIS = 20_000;

  private final NativeBuffer hello = NativeBuffer.cString("hello".getBytes(UTF_8));
  private final NativeBuffer buffer = new NativeBuffer(64);

  @Test
  void carriesBytesBothWays() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, loopback());
        TcpSocket client = connected(listener);
        Socket server = listener.accept()) {
      int sent = client.send(hello, 1, 5);
      byte[] received = server.getInputStream().readNBytes(4);
      server.getOutputStream().write(received);
      await(client, Poll.IN);
      int back = client.receive(buffer, 10);

      assertThat(sent).isEqualTo(4);
      assertThat(received).isEqualTo("ello".getBytes(UTF_8));
      assertThat(back).isEqualTo(4);
      assertThat(buffer.copy(10, 4)).isEqualTo("ello".getBytes(UTF_8));
    }
  }

  @Test
  void connectsToTheAddressAndThePortItIsGiven() throws IOException {
    InetAddress other = InetAddress.getByAddress(new byte[] {127, 1, 2, 3});
    try (ServerSocket listener = new ServerSocket(0, 1, other);
        TcpSocket client = connected(listener);
        Socket server = listener.accept()) {
      assertThat(server.getLocalAddress()).isEqualTo(other);
      assertThat(server.getLocalPort()).isEqualTo(listener.getLocalPort());
      assertThat(client.fd().isOpen()).isTrue();
    }
  }

  @Test
  void connectsOverTheNewerProtocolToo() throws IOException {
    byte[] one = new byte[16];
    one[15] = 1;
    InetAddress loopback = InetAddress.getByAddress(one);
    assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "needs ::1");
    try (ServerSocket listener = new ServerSocket(0, 1, loopback);
        TcpSocket client = connected(listener);
        Socket server = listener.accept()) {
      assertThat(client.send(hello, 0, 5)).isEqualTo(5);
      assertThat(server.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
    }
  }

  @Test
  void saysThatNoServerListens() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, loopback())) {
      port = free.getLocalPort();
    }

    assertThatThrownBy(() -> connect(port).close())
        .asInstanceOf(type(ErrnoException.class))
        .extracting(ErrnoException::errno)
        .isEqualTo(Errno.ECONNREFUSED);
  }

  @Test
  void keepsNoDescriptorOfAConnectionThatFailed() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, loopback())) {
      port = free.getLocalPort();
    }
    assertThatThrownBy(() -> connect(port).close()).isInstanceOf(ErrnoException.class);
    long before = sockets();

    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> connect(port).close()).isInstanceOf(ErrnoException.class);
    }

    assertThat(sockets()).isEqualTo(before);
  }

  @Test
  void receivesNothingWhileNothingIsSent() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, loopback());
        TcpSocket client = connected(listener);
        Socket server = listener.accept()) {
      assertThat(client.receive(buffer, 0)).isZero();
      assertThat(server.isConnected()).isTrue();
    }
  }

  @Test
  void tellsThatTheOtherEndHasClosed() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, loopback());
        TcpSocket client = connected(listener)) {
      listener.accept().close();
      await(client, Poll.IN);

      assertThat(client.receive(buffer, 0)).isEqualTo(-1);
    }
  }

  @Test
  void failsToReceiveFromAnEndThatIsReset() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, loopback());
        TcpSocket client = connected(listener)) {
      try (Socket server = listener.accept()) {
        server.setSoLinger(true, 0);
      }
      await(client, Poll.IN);

      assertThatThrownBy(() -> client.receive(buffer, 0))
          .asInstanceOf(type(ErrnoException.class))
          .extracting(ErrnoException::errno)
          .isEqualTo(Errno.ECONNRESET);
    }
  }

  @Test
  void takesNoMoreThanThereIsRoomFor() throws IOException {
    NativeBuffer much = new NativeBuffer(1 << 20);
    byte[] content = new byte[much.capacity()];
    new Random(1).nextBytes(content);
    much.bytes().put(0, content);
    try (ServerSocket listener = new ServerSocket(0, 1, loopback());
        TcpSocket client = connected(listener);
        Socket server = listener.accept()) {
      long total = 0;
      int sent = client.send(much, 0, much.capacity());
      while (sent > 0) {
        total += sent;
        sent = client.send(much, (int) (total % much.capacity()), much.capacity());
      }

      assertThat(total).isPositive();
      byte[] first = server.getInputStream().readNBytes((int) Math.min(total, content.length));
      assertThat(content).startsWith(first);
    }
  }

  @Test
  void refusesBytesOutsideOfTheBuffer() throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, loopback());
        TcpSocket client = connected(listener)) {
      assertThatThrownBy(() -> client.send(hello, 0, 100))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> client.send(hello, 3, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> client.receive(buffer, 65))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  private static TcpSocket connected(ServerSocket listener) throws IOException {
    TcpSocket socket = TcpSocket.connect(listener.getInetAddress(), listener.getLocalPort());
    await(socket, Poll.OUT);
    socket.finishConnect();
    return socket;
  }

  private static TcpSocket connect(int port) throws IOException {
    TcpSocket socket = TcpSocket.connect(loopback(), port);
    try {
      await(socket, Poll.OUT);
      socket.finishConnect();
      return socket;
    } catch (ErrnoException e) {
      socket.close();
      throw e;
    }
  }

  private static void await(TcpSocket socket, short events) throws ErrnoException {
    Poll poll = new Poll(socket.fd());
    poll.waitFor(0, events);
    assertThat(poll.await(LONG_MILLIS)).isEqualTo(1);
  }

  private static InetAddress loopback() throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  private static long sockets() throws IOException {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.filter(TcpSocketTest::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}
