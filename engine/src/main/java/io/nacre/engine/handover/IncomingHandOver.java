package io.nacre.engine.handover;

import io.nacre.engine.json.JsonObject;
import io.nacre.linux.Fd;
import io.nacre.linux.Poll;
import io.nacre.linux.ReservedNumbers;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.process.ProcessExit;
import io.nacre.linux.socket.UnixSocket;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hand-over as the successor takes part in it; see {@link Protocol} for the steps. Until it
 * reads, the end of the running engine ends this process too.
 *
 * <p>Both engines answer events by the numbers of descriptors, which the kernel compares without
 * regard to the process. So the successor first occupies all numbers that the running engine may
 * have.
 *
 * <ul>
 *   <li>Owns: the channel, the reserved numbers.
 *   <li>Must not own: the group, once {@link IncomingEngine} has it.
 *   <li>Thread: the one that starts the engine; then one of its own until the other engine ended.
 * </ul>
 */
public final class IncomingHandOver {
  private static final Logger LOG = LoggerFactory.getLogger(IncomingHandOver.class);

  private static final long STEP_MILLIS = 30_000;
  private static final long COPY_MILLIS = 60_000;
  private static final long CALM_MILLIS = 60_000;
  private static final long LAST_OPENS_MILLIS = TimeUnit.MINUTES.toMillis(15);

  private final Channel channel;
  private final int predecessor;
  private volatile boolean isAlone;
  private volatile Optional<Instant> committedAt = Optional.empty();
  private int numbersBelow;

  private IncomingHandOver(Channel channel, int predecessor) {
    this.channel = channel;
    this.predecessor = predecessor;
  }

  /**
   * Connects to the running engine that started this process; returns nothing if none did.
   *
   * @throws HandOverException if the running engine refuses
   */
  public static Optional<IncomingHandOver> connect(Map<String, String> environment, String version)
      throws IOException {
    String path = environment.get(Protocol.SOCKET_VARIABLE);
    if (path == null) {
      return Optional.empty();
    }
    UnixSocket socket = UnixSocket.stream();
    Channel channel = new Channel(socket);
    if (!socket.connect(path)) {
      throw new HandOverException("the running engine does not accept the connection");
    }
    if (socket.peer().uid() != ProcFs.effectiveUserOfSelf()) {
      throw new HandOverException("the running engine belongs to another user");
    }
    channel.send(Protocol.HELLO, Map.of("protocol", (long) Protocol.VERSION, "version", version));
    JsonObject welcome = channel.receiveControl(Protocol.WELCOME, STEP_MILLIS);
    IncomingHandOver handOver = new IncomingHandOver(channel, welcome.getInt("pid"));
    handOver.endWithPredecessor();
    LOG.info("hand-over: the running engine is process {}", handOver.predecessor);
    return Optional.of(handOver);
  }

  /** Ends this process when the running engine ends before the successor may read. */
  private void endWithPredecessor() {
    Thread thread = new Thread(this::watchPredecessor, "hand-over-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private void watchPredecessor() {
    try {
      Poll poll = new Poll(channel.fd());
      poll.waitFor(0, (short) 0); // only its end
      while (!isAlone) {
        poll.await(1_000);
        if (poll.isReady(0) && !isAlone) {
          System.err.println("nacre: the running engine ended before the hand-over");
          ProcessExit.now(1);
        }
      }
    } catch (IOException e) {
      LOG.warn("the running engine cannot be watched: {}", e.getMessage());
    }
  }

  /** Returns the process that hands over. */
  public int predecessor() {
    return predecessor;
  }

  /** Returns when this engine began to read, if it has. */
  public Optional<Instant> committedAt() {
    return committedAt;
  }

  /** Reports why this engine does not start; the running one goes on. */
  public void refuse(String reason) {
    isAlone = true; // so that this process ends with its own exit code
    try {
      channel.send(Protocol.REFUSED, Map.of("reason", reason));
    } catch (IOException e) {
      LOG.debug("the running engine does not get the reason: {}", e.getMessage());
    }
  }

  /** This engine is warm: takes the group of the running one. Marks may be placed from then on. */
  public void takeGroup(IncomingEngine engine) throws IOException {
    engine.setOtherEngine(predecessor);
    channel.send(Protocol.WARM);
    JsonObject group = channel.receiveControl(Protocol.GROUP, STEP_MILLIS);
    if (group.getBoolean("preventing") != engine.isPreventing()) {
      throw new HandOverException(
          "nacre.prevention has changed, which needs another group; stop and start the service"
              + " instead");
    }
    try (Fd received = channel.takeDescriptor()) {
      engine.adopt(received);
    }
    LOG.info("hand-over: the group of process {} is here", predecessor);
  }

  /** Every path is marked: takes the state, begins to read, and is the engine from then on. */
  public void takeOver(IncomingEngine engine) throws IOException {
    channel.send(Protocol.MARKED, Map.of("signatures", engine.signatures()));
    LOG.info("hand-over: the protected paths are marked");
    receiveStates(engine);
    channel.send(Protocol.COPIED);
    LOG.info("hand-over: the caches are copied");
    ReservedNumbers reserved = ReservedNumbers.open();
    JsonObject read = awaitRead(reserved);
    numbersBelow = read.getInt("below");
    reserved.reserveBelow(numbersBelow);
    engine.invalidate(read);
    isAlone = true; // the other engine reads no more, so this one must
    engine.startReading();
    committedAt = Optional.of(Instant.now());
    boolean isOtherAlive = commit();
    engine.commit();
    LOG.info("hand-over: this engine has taken over from process {}", predecessor);
    Thread thread = new Thread(() -> follow(engine, reserved, isOtherAlive), "hand-over");
    thread.setDaemon(true);
    thread.start();
  }

  private void receiveStates(IncomingEngine engine) throws IOException {
    while (true) {
      Message message = channel.receive(COPY_MILLIS, "send its caches");
      if (message instanceof Message.Chunk chunk) {
        add(engine, chunk);
      } else if (message instanceof Message.Control control
          && control.type().equals(Protocol.COPIED)) {
        return;
      }
    }
  }

  private static void add(IncomingEngine engine, Message.Chunk chunk) {
    for (TransferableState state : engine.states()) {
      if (state.name().equals(chunk.state())) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(chunk.bytes()));
        try {
          while (in.available() > 0) {
            state.receive(in);
          }
        } catch (IOException | RuntimeException e) {
          state.discard();
          LOG.warn("hand-over: {} starts empty: {}", state.name(), e.toString());
        }
      }
    }
  }

  /** Replies until the other engine has stopped reading. */
  private JsonObject awaitRead(ReservedNumbers reserved) throws IOException {
    while (true) {
      Message message = channel.receive(CALM_MILLIS, "stop reading");
      if (message instanceof Message.Control control) {
        switch (control.type()) {
          case Protocol.PING -> channel.send(Protocol.PONG);
          case Protocol.RESERVE -> {
            reserved.reserveBelow(control.body().getInt("below"));
            channel.send(Protocol.RESERVED);
          }
          case Protocol.READ -> {
            return control.body();
          }
          default -> LOG.debug("hand-over: {} is ignored", control.type());
        }
      }
    }
  }

  /** Reports that this engine reads; returns false if the other one has ended. */
  private boolean commit() {
    try {
      channel.send(Protocol.READING);
      JsonObject unused = channel.receiveControl(Protocol.COMMITTED, STEP_MILLIS);
      return true;
    } catch (IOException e) {
      LOG.warn("hand-over: process {} has ended: {}", predecessor, e.getMessage());
      return false;
    }
  }

  /** Takes what the other engine sends until it has answered everything and ended. */
  private void follow(IncomingEngine engine, ReservedNumbers reserved, boolean isOtherAlive) {
    try (reserved;
        channel) {
      if (!isOtherAlive || !isFinished(engine)) {
        engine.answerAbandoned(numbersBelow);
      }
    } finally {
      engine.clearOtherEngine();
    }
    engine.removeForeignMarks();
  }

  private boolean isFinished(IncomingEngine engine) {
    try {
      while (true) {
        Message message = channel.receive(LAST_OPENS_MILLIS, "end");
        if (message instanceof Message.Chunk chunk) {
          add(engine, chunk);
        } else if (message instanceof Message.Control control
            && control.type().equals(Protocol.BYE)) {
          LOG.info("hand-over: process {} has answered its last open", predecessor);
          return true;
        }
      }
    } catch (IOException e) {
      LOG.warn("hand-over: process {} died: {}", predecessor, e.getMessage());
      return false;
    }
  }
}
