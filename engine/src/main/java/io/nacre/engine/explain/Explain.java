package io.nacre.engine.explain;

import io.nacre.engine.bulkhead.Bulkhead;
import io.nacre.engine.control.Argument;
import io.nacre.engine.control.ControlCommand;
import io.nacre.engine.json.JsonObject;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.RegularFile;
import io.nacre.linux.socket.PeerCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The control command {@code explain}, which predicts the outcome of the next open of a file, layer
 * by layer.
 *
 * <p>Each file is opened on a bulkhead of four threads. The open may wait for the file system, or
 * for the holder of a lease on the file.
 */
public final class Explain implements ControlCommand {
  /** The longest time until an answer, in seconds. */
  public static final long ANSWER_SECONDS = 10;

  private static final int AT_A_TIME = 4;
  private static final String PATH = "path";
  private static final String UID = "uid";

  private final ExplainContext context;
  private final Bulkhead calls = Bulkhead.bounded("explain", AT_A_TIME, /* waiting= */ 0);

  public Explain(ExplainContext context) {
    this.context = context;
  }

  /** Returns true, since the command opens files that the client may not open. */
  @Override
  public boolean isPrivileged() {
    return true;
  }

  @Override
  public List<Argument> arguments() {
    return List.of(
        Argument.required(PATH, Argument.Type.TEXT), Argument.optional(UID, Argument.Type.NUMBER));
  }

  @Override
  public CompletionStage<Map<String, Object>> answer(JsonObject request, PeerCredentials peer) {
    String name = request.getString(PATH);
    if (!name.startsWith("/") || name.indexOf('\0') >= 0) {
      return CompletableFuture.failedFuture(new IllegalArgumentException("path must be absolute"));
    }
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    int uid = request.has(UID) ? request.getInt(UID) : peer.uid();
    return calls
        .begin(name, () -> explain(path, uid))
        .map(begun -> begun.within(Duration.ofSeconds(ANSWER_SECONDS), late -> {}))
        .orElseGet(
            () ->
                CompletableFuture.failedFuture(
                    new IllegalStateException("file systems do not answer; try again later")));
  }

  private Map<String, Object> explain(byte[] path, int uid) throws IOException {
    try (Fd name = RegularFile.find(path, found -> true);
        Fd file = Directory.openForReading(name)) {
      return new Explanation(context, path, uid).of(file);
    } catch (ErrnoException e) {
      if (e.errno() == Errno.ESTALE) {
        throw new IllegalArgumentException("only regular files are scanned, and this is none");
      }
      throw e;
    }
  }
}
