package io.nacre.engine.ops;

import com.typesafe.config.Config;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Asks a running engine one thing over its control socket. */
public final class ControlClient {
  private static final int REPLY_MAX = 16 * 1024 * 1024;

  private ControlClient() {}

  /**
   * Returns the engine's reply to {@code command}.
   *
   * @throws IOException if no engine listens at {@code socket}, or it gives no reply
   */
  public static Config ask(Path socket, String command) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      String line = Json.write(Map.of("command", command)) + "\n";
      ByteBuffer request = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (request.hasRemaining()) {
        channel.write(request);
      }
      ByteArrayOutputStream reply = new ByteArrayOutputStream();
      ByteBuffer buffer = ByteBuffer.allocate(8192);
      while (channel.read(buffer) >= 0 && reply.size() < REPLY_MAX) {
        reply.write(buffer.array(), 0, buffer.position());
        if (buffer.position() > 0 && buffer.get(buffer.position() - 1) == '\n') {
          break;
        }
        buffer.clear();
      }
      return Json.read(reply.toString(StandardCharsets.UTF_8))
          .orElseThrow(() -> new IOException("the engine gave no reply"));
    }
  }
}
