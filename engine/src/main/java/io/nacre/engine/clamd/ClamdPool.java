package io.nacre.engine.clamd;

import io.nacre.engine.policy.Scanners;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.WakeUp;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * The connections to one clamd: lends a free one to each scan.
 *
 * <p>Choosing is a queue and no actor, so that a request crosses threads only once on its way from
 * the stream to the connection that scans it. Whoever scans must not have more scans under way than
 * there are connections.
 */
public final class ClamdPool {

  /**
   * How a clamd is reached.
   *
   * @param path its {@code LocalSocket}
   * @param connections scans at the same time
   * @param connectTimeout the longest wait for a place in its backlog
   * @param scanTimeout the longest wait for one verdict
   * @param retries how often a file is scanned again when the session breaks
   */
  public record Settings(
      String path, int connections, Duration connectTimeout, Duration scanTimeout, int retries) {}

  private static final String DISPATCHER = "nacre.pinned-dispatcher";

  private final Queue<ActorRef<ClamdConnection.Command>> free = new ConcurrentLinkedQueue<>();

  private ClamdPool() {}

  /**
   * Starts the connections and the monitor of one clamd as children of {@code context}, and watches
   * them: none ends while the engine runs but by a bug.
   *
   * @param newSignatures is run when clamd may have other signatures than before
   * @param stop ends every wait on clamd when it is signalled
   */
  public static ClamdPool start(
      ActorContext<?> context,
      Settings settings,
      ClamdHealth health,
      Scanners scanners,
      Runnable newSignatures,
      WakeUp stop,
      LongSupplier nanoClock) {
    ClamdConnection.Setup setup =
        new ClamdConnection.Setup(
            settings.path(),
            health,
            stop,
            settings.connectTimeout(),
            settings.scanTimeout(),
            settings.retries(),
            nanoClock);
    ClamdPool pool = new ClamdPool();
    DispatcherSelector ownThread = DispatcherSelector.fromConfig(DISPATCHER);
    for (int i = 1; i <= settings.connections(); i++) {
      ActorRef<ClamdConnection.Command> connection =
          context.spawn(ClamdConnection.create(setup), "clamd-connection-" + i, ownThread);
      context.watch(connection);
      pool.free.add(connection);
    }
    context.watch(
        context.spawn(
            ClamdMonitor.create(settings.path(), health, scanners, newSignatures, stop),
            "clamd-monitor",
            ownThread));
    return pool;
  }

  /**
   * Has the file of {@code request} scanned and the request answered. The stage never fails; a
   * connection that could not complete it would have ended, and the engine with it.
   */
  public CompletionStage<Verdict> scan(PermissionRequest request) {
    ActorRef<ClamdConnection.Command> connection = free.remove();
    CompletableFuture<Verdict> scanned = new CompletableFuture<>();
    connection.tell(
        new ClamdConnection.Scan(
            request,
            verdict -> {
              free.add(connection); // before anybody learns that a place is free
              scanned.complete(verdict);
            }));
    return scanned;
  }
}
