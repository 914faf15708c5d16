package io.nacre.engine.explain;

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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The control command {@code explain}: what would become of the next open of a file, layer by
 * layer.
 *
 * <p>The file is opened on a thread of its own, four at a time: that may wait for the file system,
 * or for the holder of a lease on the file.
 */
public final class Explain implements ControlCommand {
  /** The longest time until an answer, in seconds. */
  public static final long ANSWER_SECONDS = 10;

  private static final int AT_A_TIME = 4;

  private final ExplainContext context;
  private final Semaphore slots = new Semaphore(AT_A_TIME);

  public Explain(ExplainContext context) {
    this.context = context;
  }

  /** It opens files that the client may not open. */
  @Override
  public boolean isPrivileged() {
    return true;
  }

  @Override
  public CompletionStage<Map<String, Object>> answer(JsonObject request, PeerCredentials peer) {
    if (!request.has("path")) {
      return CompletableFuture.failedFuture(new IllegalArgumentException("which path?"));
    }
    if (!slots.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("all threads wait for file systems that do not answer"));
    }
    byte[] path = request.getString("path").getBytes(StandardCharsets.UTF_8);
    int uid = request.has("uid") ? request.getInt("uid") : peer.uid();
    CompletableFuture<Map<String, Object>> explained = new CompletableFuture<>();
    Thread thread = new Thread(() -> explain(path, uid, explained), "explain");
    thread.setDaemon(true);
    thread.start();
    return explained.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS);
  }

  private void explain(byte[] path, int uid, CompletableFuture<Map<String, Object>> explained) {
    try (Fd name = RegularFile.find(path, found -> true);
        Fd file = Directory.openForReading(name)) {
      explained.complete(new Explanation(context, path, uid).of(file));
    } catch (ErrnoException e) {
      explained.completeExceptionally(
          e.errno() == Errno.ESTALE
              ? new IllegalArgumentException("only regular files are scanned, and this is none")
              : e);
    } catch (IOException | RuntimeException e) {
      explained.completeExceptionally(e);
    } finally {
      slots.release();
    }
  }
}
