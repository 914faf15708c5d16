package io.nacre.engine.control;

import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.Poll;
import io.nacre.linux.WakeUp;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.PeerCredentials;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The server of the control socket: one line of JSON in, one line of JSON out.
 *
 * <ul>
 *   <li>Owns: the listening socket, its name, and the connections of clients.
 *   <li>Must not own: the work of a command; a command that takes time completes its reply later.
 *   <li>Hands to: the {@link ControlCommand} that a request names.
 *   <li>Thread: its own, which waits for no client. A client that stalls is dropped; so is the
 *       oldest of too many.
 * </ul>
 *
 * <p>The socket has mode 0660. Each client may use the commands that change nothing. The privileged
 * ones are for root and the user that the engine runs as.
 */
public final class ControlServer extends AbstractBehavior<ControlServer.Command> {

  /** Sent only by the actor itself. */
  public sealed interface Command {}

  private enum Step implements Command {
    INSTANCE
  }

  private static final Path RUN = Path.of("/run");
  private static final Path VAR_RUN = Path.of("/var/run");
  private static final int BACKLOG = 16;
  private static final int CLIENTS_MAX = 16;
  private static final int POLL_MILLIS = 500;

  /** The number of descriptors that are polled besides those of the clients. */
  private static final int OWN_DESCRIPTORS = 3;

  private static final long ACCEPT_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final ControlSocketFile file;
  private final UnixSocket listening;
  private final Map<String, ControlCommand> commands;
  private final WakeUp stop;

  /** Signalled when a pending reply is complete. */
  private final WakeUp replies;

  private final LongSupplier nanoClock;
  private final List<ControlConnection> clients = new ArrayList<>();
  private long pauseUntilNanos;

  /** Listens at {@code path}; replaces a socket there that no engine listens at any more. */
  public static UnixSocket listen(Path path) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null) {
      Files.createDirectories(directory);
    }
    if (Files.exists(path)) {
      try (UnixSocket probe = UnixSocket.stream()) {
        probe.connect(path.toString());
        throw new IOException(path + " is in use: another engine listens there");
      } catch (ErrnoException e) {
        if (!isSocket(path)) {
          throw new IOException(path + " is in the way: it is no socket", e);
        }
        Files.delete(path);
      }
    }
    UnixSocket socket = UnixSocket.listen(path.toString(), BACKLOG);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
    return socket;
  }

  /**
   * Returns why no engine could listen at {@code path}; changes nothing. Whether another engine
   * listens there is not asked.
   */
  public static Optional<String> complaint(Path path) {
    Path directory = path.toAbsolutePath().normalize().getParent();
    if (directory == null || Files.isDirectory(path)) {
      return Optional.of(path + " is a directory; name a file in it");
    }
    if (!Files.isDirectory(directory)) {
      return Files.exists(directory)
          ? Optional.of(directory + " is not a directory")
          : isCreated(directory)
              ? Optional.empty()
              : Optional.of(
                  directory + " does not exist; only a directory directly in /run is created");
    }
    try {
      return Files.exists(path) && !isSocket(path)
          ? Optional.of(path + " is in the way: it is no socket")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of(path + " cannot be inspected");
    }
  }

  /** What is in /run is gone after each boot, so it is created again. */
  private static boolean isCreated(Path directory) {
    Path parent = directory.getParent();
    return parent != null && (parent.equals(RUN) || parent.equals(VAR_RUN));
  }

  private static boolean isSocket(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther();
  }

  /**
   * Serves {@code file}, which it owns from now on, until {@code stop} is signalled.
   *
   * @param commands the commands by name
   */
  public static Behavior<Command> create(
      ControlSocketFile file,
      Map<String, ControlCommand> commands,
      WakeUp stop,
      LongSupplier nanoClock) {
    return Behaviors.setup(
        context -> {
          context.getSelf().tell(Step.INSTANCE);
          return new ControlServer(context, file, commands, stop, nanoClock);
        });
  }

  private ControlServer(
      ActorContext<Command> context,
      ControlSocketFile file,
      Map<String, ControlCommand> commands,
      WakeUp stop,
      LongSupplier nanoClock)
      throws ErrnoException {
    super(context);
    this.file = file;
    this.listening = file.socket();
    this.commands = Map.copyOf(commands);
    this.stop = stop;
    this.replies = WakeUp.open();
    this.nanoClock = nanoClock;
    this.pauseUntilNanos = nanoClock.getAsLong();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Step.class, step -> onStep())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onStep() throws ErrnoException {
    Stream<Fd> fds = clients.stream().map(ControlConnection::fd);
    Stream<Fd> own = Stream.of(stop.fd(), listening.fd(), replies.fd());
    Poll poll = new Poll(Stream.concat(own, fds).toArray(Fd[]::new));
    if (isPausing()) {
      poll.waitFor(1, (short) 0);
    }
    for (int i = 0; i < clients.size(); i++) {
      poll.waitFor(i + OWN_DESCRIPTORS, clients.get(i).pollEvents());
    }
    poll.await(POLL_MILLIS);
    if (poll.isReady(0)) {
      return Behaviors.stopped();
    }
    for (int i = clients.size() - 1; i >= 0; i--) {
      if (poll.isReady(i + OWN_DESCRIPTORS)) {
        clients.get(i).step(this::reply);
      }
    }
    if (poll.isReady(2)) {
      replies.clear();
      clients.forEach(client -> client.deliver(nanoClock.getAsLong()));
    }
    dropFinished();
    if (poll.isReady(1) && !isPausing()) {
      accept();
    }
    getContext().getSelf().tell(Step.INSTANCE);
    return this;
  }

  private void accept() {
    try {
      listening.accept().ifPresent(this::add);
    } catch (ErrnoException e) {
      // No descriptor is free, or the client has closed. The pause is for the former.
      getContext()
          .getLog()
          .warn("a client of the control socket was not accepted: {}", e.getMessage());
      pauseUntilNanos = nanoClock.getAsLong() + ACCEPT_PAUSE_NANOS;
    }
  }

  private void add(UnixSocket socket) {
    if (clients.size() == CLIENTS_MAX) {
      clients.remove(0).close();
    }
    clients.add(new ControlConnection(socket, nanoClock.getAsLong()));
  }

  private boolean isPausing() {
    return pauseUntilNanos - nanoClock.getAsLong() > 0;
  }

  private void dropFinished() {
    long now = nanoClock.getAsLong();
    for (Iterator<ControlConnection> each = clients.iterator(); each.hasNext(); ) {
      ControlConnection client = each.next();
      if (client.isFinished(now)) {
        client.close();
        each.remove();
      }
    }
  }

  private CompletableFuture<String> reply(String line, PeerCredentials peer) {
    Optional<JsonObject> request = Json.read(line).filter(read -> read.has(ControlCommand.NAME));
    String name =
        request.map(read -> String.valueOf(read.values().get(ControlCommand.NAME))).orElse("");
    boolean mayCommand = peer.uid() == 0 || peer.uid() == ProcFs.effectiveUserOfSelf();
    ControlCommand command = commands.get(name);
    if (command == null || (command.isPrivileged() && !mayCommand)) {
      String error = mayCommand ? "no such command: " + name : "only root may command";
      return CompletableFuture.completedFuture(Json.write(Map.of("error", error)));
    }
    CompletableFuture<String> reply =
        answer(command, request.orElseThrow(), peer)
            .thenApply(Json::write)
            .exceptionally(failure -> Json.write(Map.of("error", reason(failure))))
            .toCompletableFuture();
    if (!reply.isDone()) {
      CompletableFuture<Void> unused = reply.thenRun(replies::signal);
    }
    return reply;
  }

  /** A failure of a command becomes its reply, and never one of the server. */
  private static CompletionStage<Map<String, Object>> answer(
      ControlCommand command, JsonObject request, PeerCredentials peer) {
    Optional<String> complaint = Argument.complaint(command.arguments(), request);
    if (complaint.isPresent()) {
      return CompletableFuture.failedFuture(new IllegalArgumentException(complaint.get()));
    }
    try {
      return command.answer(request, peer);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** A refusal of a command has its own text; any other failure is given with its type. */
  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    if (failure instanceof CompletionException && cause != null) {
      return reason(cause);
    }
    String message = failure.getMessage();
    boolean isRefusal =
        failure instanceof IllegalArgumentException || failure instanceof IllegalStateException;
    return isRefusal && message != null ? message : failure.toString();
  }

  private Behavior<Command> onPostStop() throws IOException {
    clients.forEach(ControlConnection::close);
    replies.close();
    file.close();
    return this;
  }
}
