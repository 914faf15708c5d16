package io.nacre.engine.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import io.nacre.linux.socket.PeerCredentials;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ControlServerTest {
  @TempDir Path directory;

  private final ActorTestKit testKit = ActorTestKit.create();
  private final AtomicLong nanos = new AtomicLong();
  private final List<SocketChannel> clients = new ArrayList<>();
  private Map<String, Object> status = Map.of("pid", 42L, "waiting", 7L);
  private final CompletableFuture<Map<String, Object>> slow = new CompletableFuture<>();
  private Path path;
  private WakeUp stop;

  @BeforeEach
  void open() throws ErrnoException {
    path = directory.resolve("run/nacre.sock");
    stop = WakeUp.open();
  }

  @AfterEach
  void close() throws IOException {
    for (SocketChannel client : clients) {
      client.close();
    }
    stop.signal();
    testKit.shutdownTestKit();
    stop.close();
  }

  @Test
  void repliesWithTheStatus() throws IOException {
    start();

    JsonObject reply = ControlClient.ask(path, "status");

    assertThat(reply.values()).isEqualTo(status);
  }

  @Test
  void repliesWithALongStatus() throws IOException {
    status = Map.of("problem", "x".repeat(3_000_000));
    start();

    JsonObject reply = ControlClient.ask(path, "status");

    assertThat(reply.values()).isEqualTo(status);
  }

  @Test
  void refusesAnUnknownCommand() throws IOException {
    start();

    assertThat(ControlClient.ask(path, "explode").getString("error"))
        .isEqualTo("no such command: explode");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "status", "{}", "[]", "{\"command\":null}", "{\"other\":\"status\"}"})
  void refusesALineWithoutACommand(String line) throws IOException {
    start();
    SocketChannel client = connect();

    send(client, line + "\n");

    assertThat(Json.read(line(client)).orElseThrow().getString("error"))
        .isEqualTo("no such command: ");
  }

  @Test
  void refusesACommandThatIsNoText() throws IOException {
    start();
    SocketChannel client = connect();

    send(client, "{\"command\":{\"status\":[1]}}\n");

    assertThat(Json.read(line(client)).orElseThrow().has("error")).isTrue();
  }

  @Test
  void answersOthersWhileAClientStalls() throws IOException {
    start();
    send(connect(), "{\"command\":");

    JsonObject reply = ControlClient.ask(path, "status");

    assertThat(reply.getInt("pid")).isEqualTo(42);
  }

  @Test
  void answersOthersWhileAClientDoesNotTakeItsReply() throws IOException {
    status = Map.of("problem", "x".repeat(3_000_000));
    start();
    SocketChannel stalled = connect();
    send(stalled, "{\"command\":\"status\"}\n");

    JsonObject reply = ControlClient.ask(path, "status");

    assertThat(reply.values()).isEqualTo(status);
    assertThat(line(stalled)).hasSizeGreaterThan(3_000_000);
  }

  @Test
  void answersOthersWhileACommandTakesItsTime() throws IOException {
    start();
    SocketChannel waiting = connect();
    send(waiting, "{\"command\":\"slow\"}\n");

    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42);
    slow.complete(Map.of("found", 3));

    assertThat(line(waiting)).isEqualTo("{\"found\":3}");
  }

  @Test
  void answersTheSameClientAgainAfterASlowCommand() throws IOException {
    start();
    SocketChannel client = connect();
    send(client, "{\"command\":\"slow\"}\n");
    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42); // it is read by now
    nanos.addAndGet(Duration.ofSeconds(60).toNanos());
    slow.complete(Map.of("found", 3));
    line(client);

    send(client, "{\"command\":\"status\"}\n");

    assertThat(line(client)).contains("42");
  }

  @Test
  void dropsAClientWhoseReplyDoesNotCome() throws IOException {
    start();
    SocketChannel client = connect();
    send(client, "{\"command\":\"slow\"}\n");
    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42);

    nanos.addAndGet(Duration.ofSeconds(121).toNanos());

    assertThat(line(client)).isEmpty();
  }

  @Test
  void goesOnWhenAClientLeavesBeforeASlowReply() throws IOException {
    start();
    SocketChannel client = connect();
    send(client, "{\"command\":\"slow\"}\n");
    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42);

    client.close();
    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42);
    slow.complete(Map.of("found", 3));

    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42);
  }

  @Test
  void saysThatACommandFailed() throws IOException {
    start();
    slow.completeExceptionally(new IOException("no such disk"));

    assertThat(ControlClient.ask(path, "slow").getString("error")).contains("no such disk");
  }

  @Test
  void refusesAnArgumentOfTheWrongType() throws IOException {
    start();

    JsonObject reply =
        ControlClient.ask(
            path, Map.of("command", "number", "count", "many"), Duration.ofSeconds(5));

    assertThat(reply.getString("error")).isEqualTo("count must be a whole number of 32 bits");
    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"x\"",
        "5",
        "-1",
        "4294967296",
        "9223372036854775808",
        "0.5",
        "1e400",
        "true",
        "null",
        "[]",
        "[5]",
        "[\"/x\",5]",
        "{}",
        "{\"a\":[{}]}",
        "\"\\u0000\"",
        "\"/x\\u0000y\"",
        "\"\\ud800\""
      })
  void outlivesEachArgumentOfEachCommand(String value) throws IOException {
    start();
    List<String> names = new ArrayList<>(commands().keySet());
    names.remove("slow"); // without a reply until the test lets it
    for (String command : names) {
      for (String argument : List.of("paths", "count", "text", "command.x", "")) {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
          send(client, "{\"command\":\"" + command + "\",\"" + argument + "\":" + value + "}\n");

          assertThat(Json.read(line(client))).as(command + " " + argument).isPresent();
        }
      }
    }
    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "paths  | paths | 5          | paths must be a list of texts",
        "paths  | paths | ['/x', 5]  | paths must be a list of texts",
        "paths  | path  | '/x'       | the command takes no argument path",
        "number | count | 'x'        | count must be a whole number of 32 bits",
        "number | count | 4294967296 | count must be a whole number of 32 bits",
        "text   | text  | 5          | text must be a text",
        "text   | other | '/x'       | the command takes no argument other",
        "text   | text  | null       | text is missing",
        "status | uid   | 0          | the command takes no argument uid"
      },
      quoteCharacter = '`')
  void saysWhichArgumentIsWrong(String command, String argument, String value, String error)
      throws IOException {
    start();
    SocketChannel client = connect();

    send(
        client,
        "{'command':'%s','%s':%s}\n".formatted(command, argument, value).replace('\'', '"'));

    assertThat(Json.read(line(client)).orElseThrow().getString("error")).isEqualTo(error);
  }

  @ParameterizedTest
  @ValueSource(strings = {"throws", "unwritable"})
  void outlivesACommandThatFails(String command) throws IOException {
    start();

    assertThat(ControlClient.ask(path, command).has("error")).isTrue();
    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42);
  }

  @Test
  void outlivesALateReplyThatCannotBeWritten() throws IOException {
    start();
    SocketChannel client = connect();
    send(client, "{\"command\":\"slow\"}\n");
    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42); // it is read by now

    slow.complete(Map.of("thread", Thread.currentThread()));

    assertThat(line(client)).contains("error");
    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"command\":\"status\",\"command\":\"change\"}",
        "{\"command\":\"status\"} {}",
        "{\"command\":\"status\",\"a\":[null]}"
      })
  void refusesWhatCanBeReadInTwoWays(String line) throws IOException {
    start();
    SocketChannel client = connect();

    send(client, line + "\n");

    assertThat(Json.read(line(client)).orElseThrow().getString("error"))
        .isEqualTo("no such command: ");
  }

  @Test
  void acceptsPrivilegedCommandsOfItsOwnUser() throws IOException {
    start();

    assertThat(ControlClient.ask(path, "change").getBoolean("changed")).isTrue();
  }

  @Test
  void dropsALineWithoutAnEnd() throws IOException {
    start();
    SocketChannel client = connect();

    send(client, "x".repeat(5_000));

    assertThat(line(client)).isEmpty();
    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42);
  }

  @Test
  void dropsAClientThatTakesTooLong() throws IOException {
    start();
    SocketChannel client = connect();
    send(client, "{\"command\":\"status\"}\n");
    line(client);

    nanos.addAndGet(Duration.ofSeconds(11).toNanos());

    assertThat(line(client)).isEmpty();
  }

  @Test
  void dropsTheOldestOfTooManyClients() throws IOException {
    start();
    SocketChannel oldest = connect();
    for (int i = 0; i < 16; i++) {
      connect();
    }

    assertThat(line(oldest)).isEmpty();
    send(clients.get(16), "{\"command\":\"status\"}\n");
    assertThat(line(clients.get(16))).contains("42");
  }

  @Test
  void answersAClientAgainAndAgain() throws IOException {
    start();
    SocketChannel client = connect();

    for (int i = 0; i < 5; i++) {
      send(client, "{\"command\":\"status\"}\n");
      assertThat(line(client)).contains("42");
    }
  }

  @Test
  void leavesNoSocketBehind() throws IOException {
    ActorRef<ControlServer.Command> server = start();
    TestProbe<Object> probe = testKit.createTestProbe();

    stop.signal();
    probe.expectTerminated(server);

    assertThat(path).doesNotExist();
    assertThatThrownBy(() -> ControlClient.ask(path, "status")).isInstanceOf(IOException.class);
  }

  @Test
  void allowsOnlyItsGroupToConnect() throws IOException {
    start();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rw-rw----");
  }

  @Test
  void replacesASocketWithoutAListener() throws IOException {
    Files.createDirectories(directory.resolve("run"));
    UnixSocket.listen(path.toString(), 1).close();

    start();

    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42);
  }

  @Test
  void removesNothingButASocket() throws IOException {
    Path file = Files.writeString(directory.resolve("precious"), "content");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);

    assertThatThrownBy(() -> ControlServer.listen(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " is in the way: it is no socket");
    assertThatThrownBy(() -> ControlServer.listen(link)).isInstanceOf(IOException.class);

    assertThat(file).hasContent("content");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void leavesASocketThatAnotherEngineListensAt() throws IOException {
    start();

    assertThatThrownBy(() -> ControlServer.listen(path))
        .isInstanceOf(IOException.class)
        .hasMessage(path + " is in use: another engine listens there");
    assertThat(ControlClient.ask(path, "status").getInt("pid")).isEqualTo(42);
  }

  @Test
  void leavesASocketOfAnEngineThatIsBusy() throws IOException {
    Files.createDirectories(directory.resolve("run"));
    try (UnixSocket busy = UnixSocket.listen(path.toString(), 0)) {
      boolean connected;
      List<UnixSocket> waiting = new ArrayList<>();
      do {
        UnixSocket client = UnixSocket.stream();
        waiting.add(client);
        connected = client.connect(path.toString());
      } while (connected);

      assertThatThrownBy(() -> ControlServer.listen(path)).isInstanceOf(IOException.class);

      waiting.forEach(UnixSocket::close);
      assertThat(busy.accept()).isPresent();
      assertThat(path).exists();
    }
  }

  @Test
  void saysThatAnEngineGivesNoReply() throws IOException {
    Files.createDirectories(directory.resolve("run"));
    try (UnixSocket listening = UnixSocket.listen(path.toString(), 1)) {
      Thread closing =
          new Thread(
              () ->
                  await()
                      .until(
                          () -> {
                            var client = listening.accept();
                            client.ifPresent(UnixSocket::close);
                            return client.isPresent();
                          }));
      closing.start();

      assertThatThrownBy(() -> ControlClient.ask(path, "status")).isInstanceOf(IOException.class);
    }
  }

  private ActorRef<ControlServer.Command> start() throws IOException {
    return testKit.spawn(
        ControlServer.create(ControlSocketFile.listen(path), commands(), stop, nanos::get),
        DispatcherSelector.fromConfig("nacre.pinned-dispatcher"));
  }

  private Map<String, ControlCommand> commands() {
    return Map.of(
        "status",
        ControlCommand.status(() -> status),
        "slow",
        (request, peer) -> slow,
        "number",
        new Echo("count", Argument.Type.NUMBER, request -> request.getInt("count")),
        "paths",
        new Echo("paths", Argument.Type.TEXTS, request -> request.getStrings("paths")),
        "text",
        new Echo("text", Argument.Type.TEXT, request -> request.getString("text")),
        "change",
        ControlCommand.privileged(() -> CompletableFuture.completedFuture(Map.of("changed", true))),
        "throws",
        (request, peer) -> {
          throw new UncheckedIOException(new IOException("broken"));
        },
        "unwritable",
        (request, peer) ->
            CompletableFuture.completedFuture(Map.of("thread", Thread.currentThread())));
  }

  /** A command that replies with its one argument. */
  private record Echo(String name, Argument.Type type, Function<JsonObject, Object> value)
      implements ControlCommand {
    @Override
    public List<Argument> arguments() {
      return List.of(Argument.required(name, type));
    }

    @Override
    public CompletionStage<Map<String, Object>> answer(JsonObject request, PeerCredentials peer) {
      return CompletableFuture.completedFuture(Map.of(name, value.apply(request)));
    }
  }

  private SocketChannel connect() throws IOException {
    SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
    clients.add(client);
    return client;
  }

  private static void send(SocketChannel client, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  /** Returns a line without its end, or the part that came before the server closed. */
  private static String line(SocketChannel client) throws IOException {
    StringBuilder line = new StringBuilder();
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
    try {
      while (client.read(bytes.clear()) >= 0) {
        line.append(UTF_8.decode(bytes.flip()));
        if (line.charAt(line.length() - 1) == '\n') {
          return line.substring(0, line.length() - 1);
        }
      }
    } catch (SocketException reset) {
      return line.toString(); // the server closed without reading all
    }
    return line.toString();
  }
}
