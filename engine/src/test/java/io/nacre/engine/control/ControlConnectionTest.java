package io.nacre.engine.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.PeerCredentials;
import io.nacre.linux.socket.UnixSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlConnectionTest {
  @TempDir Path directory;

  private final List<String> lines = new ArrayList<>();
  private UnixSocket client;
  private ControlConnection connection;

  @BeforeEach
  void connect() throws ErrnoException {
    String path = directory.resolve("s").toString();
    try (UnixSocket listening = UnixSocket.listen(path, 1)) {
      client = UnixSocket.stream();
      client.connect(path);
      connection = new ControlConnection(listening.accept().orElseThrow(), 0);
    }
  }

  @AfterEach
  void close() {
    client.close();
    connection.close();
  }

  @Test
  void answersALineWithALine() throws ErrnoException {
    send("question\n");

    connection.step(this::echo);

    assertThat(lines).containsExactly("question");
    assertThat(received()).isEqualTo("question!\n");
    assertThat(connection.pollEvents()).isEqualTo(Poll.IN);
    assertThat(connection.isFinished(0)).isFalse();
  }

  @Test
  void putsALineInPiecesTogether() throws ErrnoException {
    send("que");
    connection.step(this::echo);
    String tooEarly = received();
    send("stion\n");
    connection.step(this::echo);

    assertThat(tooEarly).isEmpty();
    assertThat(received()).isEqualTo("question!\n");
  }

  @Test
  void answersOneLineAfterTheOther() throws ErrnoException {
    for (int i = 0; i < 3; i++) {
      send("question " + i + "\n");
      connection.step(this::echo);
      assertThat(received()).isEqualTo("question " + i + "!\n");
    }
  }

  @Test
  void waitsForRoomForALongAnswer() throws ErrnoException {
    String answer = "x".repeat(2_000_000);
    send("question\n");

    connection.step((line, peer) -> completedFuture(answer));
    short polledThen = connection.pollEvents();
    StringBuilder all = new StringBuilder();
    while (all.length() < answer.length() + 1) {
      all.append(received());
      connection.step((line, peer) -> completedFuture("another"));
    }

    assertThat(polledThen).isEqualTo(Poll.OUT);
    assertThat(all.toString()).isEqualTo(answer + "\n");
    assertThat(connection.pollEvents()).isEqualTo(Poll.IN);
  }

  @Test
  void endsWhenTheClientLeaves() {
    client.close();

    connection.step(this::echo);

    assertThat(connection.isFinished(0)).isTrue();
    assertThat(lines).isEmpty();
  }

  @Test
  void endsWhenTheClientLeavesBeforeItsAnswer() throws ErrnoException {
    send("question\n");
    client.close();

    connection.step(this::echo);

    assertThat(connection.isFinished(0)).isTrue();
  }

  @Test
  void endsAtALineWithoutAnEnd() throws ErrnoException {
    send("x".repeat(5_000));

    connection.step(this::echo);

    assertThat(connection.isFinished(0)).isTrue();
    assertThat(lines).isEmpty();
  }

  @Test
  void endsAfterTenSeconds() {
    assertThat(connection.isFinished(TimeUnit.SECONDS.toNanos(10))).isFalse();
    assertThat(connection.isFinished(TimeUnit.SECONDS.toNanos(10) + 1)).isTrue();
  }

  @Test
  void waitsForAnAnswerThatTakesItsTime() throws ErrnoException {
    CompletableFuture<String> answer = new CompletableFuture<>();
    send("question\n");

    connection.step((line, peer) -> answer);
    connection.deliver(0);
    String tooEarly = received();
    short polledThen = connection.pollEvents();
    answer.complete("found");
    connection.deliver(0);

    assertThat(tooEarly).isEmpty();
    assertThat(polledThen).isZero();
    assertThat(received()).isEqualTo("found\n");
    assertThat(connection.pollEvents()).isEqualTo(Poll.IN);
  }

  @Test
  void givesAClientItsTimeAfterASlowAnswer() throws ErrnoException {
    CompletableFuture<String> answer = new CompletableFuture<>();
    send("question\n");
    connection.step((line, peer) -> answer);
    long minute = TimeUnit.SECONDS.toNanos(60);

    assertThat(connection.isFinished(minute)).isFalse();
    answer.complete("found");
    connection.deliver(minute);

    assertThat(connection.isFinished(minute + TimeUnit.SECONDS.toNanos(10))).isFalse();
    assertThat(connection.isFinished(minute + TimeUnit.SECONDS.toNanos(11))).isTrue();
  }

  @Test
  void endsWhenAnAnswerDoesNotCome() throws ErrnoException {
    send("question\n");
    connection.step((line, peer) -> new CompletableFuture<>());

    assertThat(connection.isFinished(TimeUnit.SECONDS.toNanos(121))).isTrue();
  }

  @Test
  void endsWhenTheClientLeavesWhileAnAnswerIsMade() throws ErrnoException {
    CompletableFuture<String> answer = new CompletableFuture<>();
    send("question\n");
    connection.step((line, peer) -> answer);
    client.close();

    connection.step(this::echo);

    assertThat(connection.isFinished(0)).isTrue();
    assertThat(lines).isEmpty();
  }

  private CompletableFuture<String> echo(String line, PeerCredentials peer) {
    assertThat(peer.pid()).isEqualTo(ProcFs.self());
    lines.add(line);
    return completedFuture(line + "!");
  }

  private void send(String text) throws ErrnoException {
    byte[] bytes = text.getBytes(UTF_8);
    assertThat(client.send(NativeBuffer.cString(bytes), 0, bytes.length)).isEqualTo(bytes.length);
  }

  private String received() throws ErrnoException {
    NativeBuffer buffer = new NativeBuffer(1 << 16);
    int length = client.receive(buffer, 0);
    return new String(buffer.copy(0, Math.max(0, length)), UTF_8);
  }
}
