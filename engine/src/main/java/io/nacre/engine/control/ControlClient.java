package io.nacre.engine.control;

import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/** A client of the control socket: one request and its reply. */
public final class ControlClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Set<String> TRUSTED =
      Set.copyOf(List.of("root", System.getProperty("user.name", "root")));
  private static final int REPLY_BYTES_MAX = 16 * 1024 * 1024;

  private ControlClient() {}

  /**
   * Sends {@code command} without arguments; returns the engine's reply.
   *
   * @throws IOException if no engine listens at {@code socket}, or no reply comes in time
   */
  public static JsonObject ask(Path socket, String command) throws IOException {
    return ask(socket, command, TIMEOUT);
  }

  /**
   * Sends {@code command} without arguments; returns the reply that comes within {@code timeout}.
   *
   * @throws IOException if no engine listens at {@code socket}, or no reply comes in time
   */
  public static JsonObject ask(Path socket, String command, Duration timeout) throws IOException {
    return ask(socket, Map.of("command", command), timeout);
  }

  /**
   * Sends {@code request}, a {@code command} with its arguments; returns the reply that comes
   * within {@code timeout}.
   *
   * @throws IOException if no engine listens at {@code socket}, or no reply comes in time
   */
  public static JsonObject ask(Path socket, Map<String, Object> request, Duration timeout)
      throws IOException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        Selector selector = Selector.open()) {
      requireTrusted(channel, socket);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      String line = Json.write(request) + "\n";
      channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8))); // fits into any buffer
      ByteArrayOutputStream reply = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(8192);
      while (reply.size() < REPLY_BYTES_MAX) {
        await(selector, deadlineNanos, timeout);
        int count = channel.read(buffer.clear());
        reply.write(buffer.array(), 0, buffer.position());
        if (count < 0 || (count > 0 && buffer.get(buffer.position() - 1) == '\n')) {
          break;
        }
      }
      return Json.read(reply.toString(StandardCharsets.UTF_8))
          .orElseThrow(() -> new IOException("the engine gave no reply"));
    }
  }

  /** A program of another user that listens there could report anything. */
  private static void requireTrusted(SocketChannel channel, Path socket) throws IOException {
    String user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    if (!TRUSTED.contains(user)) {
      throw new IOException(socket + " belongs to a program of user " + user);
    }
  }

  private static void await(Selector selector, long deadlineNanos, Duration timeout)
      throws IOException {
    long millis = Duration.ofNanos(deadlineNanos - System.nanoTime()).toMillis();
    if (millis <= 0 || selector.select(millis) == 0) {
      throw new SocketTimeoutException(
          "the engine gave no reply within " + timeout.toSeconds() + " s");
    }
    selector.selectedKeys().clear();
  }
}
