package io.nacre.engine.handover;

import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One hand-over, from the start of the successor to the end of the running engine; see {@link
 * Protocol} for its steps. A successor that fails or hangs in any step is killed.
 *
 * <ul>
 *   <li>Owns: the process of the successor until it reads; the channel.
 *   <li>Must not own: the group, marks, requests.
 *   <li>Hands to: {@link OutgoingEngine}, which changes the running engine.
 *   <li>Thread: one of its own.
 * </ul>
 */
final class OutgoingHandOver {
  private static final Logger LOG = LoggerFactory.getLogger(OutgoingHandOver.class);

  private static final long STEP_MILLIS = 10_000;
  private static final long MARKS_MILLIS = TimeUnit.MINUTES.toMillis(10);
  private static final long COPY_MILLIS = 60_000;

  /** The longest time without a reader, if the successor hangs at that very moment. */
  private static final long READING_MILLIS = 200;

  /** A successor that replies so fast, twice in a row, is able to read at once. */
  private static final long CALM_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int CALM_TRIES = 200;
  private static final int STOP_TRIES = 50;
  private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long LOOK_MILLIS = 5;

  /** Numbers that are reserved beyond those in use, since some may be used meanwhile. */
  private static final int SPARE_NUMBERS = 256;

  private final OutgoingEngine engine;
  private final Path directory;
  private final Consumer<String> step;

  /**
   * A hand-over that has not begun.
   *
   * @param directory for the private socket; only root may write there
   * @param step receives the name of each step
   */
  OutgoingHandOver(OutgoingEngine engine, Path directory, Consumer<String> step) {
    this.engine = engine;
    this.directory = directory;
    this.step = step;
  }

  /**
   * Hands over, and ends this engine. Returns with an exception if the running engine goes on.
   *
   * @return the process of the successor
   */
  int run() throws IOException {
    step.accept("starting the successor");
    SuccessorProcess successor = SuccessorProcess.start(SuccessorCommand.get(), directory);
    boolean isCommitted = false;
    try (successor) {
      engine.setOtherEngine(successor.pid());
      Channel channel = successor.accept();
      try (channel) {
        handOver(channel, successor);
        isCommitted = true;
        leave(channel, successor.pid());
        return successor.pid();
      }
    } catch (IOException | RuntimeException e) {
      if (isCommitted) {
        engine.fail("no engine reads after the hand-over: " + e.getMessage());
      } else {
        successor.kill();
        engine.clearOtherEngine();
      }
      throw e;
    }
  }

  /** Does all steps until the successor reads; if one fails, this engine is as it was before. */
  private void handOver(Channel channel, SuccessorProcess successor) throws IOException {
    greet(channel);
    step.accept("the successor warms up");
    channel.receiveControl(Protocol.WARM, engine.warmUpTimeout().toMillis());
    try {
      engine.yieldMarks();
      step.accept("the successor marks the protected paths");
      channel.sendWithDescriptor(
          Protocol.GROUP, Map.of("preventing", engine.isPreventing()), engine.group());
      JsonObject marked = channel.receiveControl(Protocol.MARKED, MARKS_MILLIS);
      copyCaches(channel, marked.getString("signatures"));
      step.accept("the successor begins to read");
      awaitCalm(channel);
      reserve(channel);
      letRead(channel, successor);
    } catch (IOException | RuntimeException e) {
      successor.kill(); // before the marks change
      engine.endCopy();
      engine.reclaimMarks();
      throw e;
    }
  }

  private void greet(Channel channel) throws IOException {
    JsonObject hello = channel.receiveControl(Protocol.HELLO, STEP_MILLIS);
    long version = hello.getLong("protocol");
    if (version != Protocol.VERSION) {
      String reason =
          "the running engine has version "
              + Protocol.VERSION
              + " of the hand-over, and the successor has version "
              + version
              + "; stop and start the service instead";
      channel.send(Protocol.REFUSED, Map.of("reason", reason));
      throw new HandOverException(reason);
    }
    channel.send(Protocol.WELCOME, Map.of("pid", ProcessHandle.current().pid()));
  }

  private void copyCaches(Channel channel, String signatures) throws IOException {
    boolean areSame = !signatures.isEmpty() && signatures.equals(engine.signatures());
    Map<String, Object> counts = new TreeMap<>();
    if (areSame) {
      for (TransferableState state : engine.copyCaches()) {
        counts.put(state.name(), channel.send(state));
      }
      LOG.info("hand-over: the caches were copied: {}", counts);
    } else {
      LOG.info(
          "hand-over: the caches start empty, since the successor may have other signatures ({},"
              + " {})",
          engine.signatures(),
          signatures);
    }
    channel.send(Protocol.COPIED, counts);
    channel.receiveControl(Protocol.COPIED, COPY_MILLIS);
  }

  /** The next steps leave the group without a reader, so they begin while replies are fast. */
  private void awaitCalm(Channel channel) throws IOException {
    int fast = 0;
    for (int i = 0; fast < 2; i++) {
      if (i == CALM_TRIES) {
        throw new HandOverException("the successor is too slow to take over on this machine now");
      }
      long sentNanos = System.nanoTime();
      channel.send(Protocol.PING);
      channel.receiveControl(Protocol.PONG, STEP_MILLIS);
      fast = System.nanoTime() - sentNanos < CALM_NANOS ? fast + 1 : 0;
    }
  }

  private void reserve(Channel channel) throws IOException {
    channel.send(
        Protocol.RESERVE, Map.of("below", (long) engine.firstFreeNumber() + SPARE_NUMBERS));
    channel.receiveControl(Protocol.RESERVED, STEP_MILLIS);
  }

  private void letRead(Channel channel, SuccessorProcess successor) throws IOException {
    for (int i = 0; !engine.stopReading(); i++) {
      if (i == STOP_TRIES) {
        throw new HandOverException("a reader waits for a file that blocks");
      }
    }
    long stoppedNanos = System.nanoTime();
    int below = 0;
    try {
      below = engine.firstFreeNumber();
      Map<String, Object> read = new TreeMap<>(engine.invalidated());
      read.put("below", (long) below);
      channel.send(Protocol.READ, read);
      channel.receiveControl(Protocol.READING, READING_MILLIS);
      long unreadMicros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - stoppedNanos);
      LOG.info("hand-over: events waited in the queue for {} µs", unreadMicros);
    } catch (IOException | RuntimeException e) {
      successor.kill(); // before this engine reads: both may not
      engine.resumeReading(below);
      throw e;
    }
  }

  /** Answers what was read, and ends. */
  private void leave(Channel channel, int successor) throws IOException {
    engine.announceSuccessor(successor);
    channel.send(Protocol.COMMITTED);
    step.accept("answering the last opens");
    long deadlineNanos = System.nanoTime() + DRAIN_NANOS;
    while (!engine.isDone() && deadlineNanos - System.nanoTime() > 0) {
      pause(channel);
    }
    for (TransferableState state : engine.lastStates()) {
      long unused = channel.send(state);
    }
    channel.send(Protocol.BYE);
    engine.leave();
  }

  /** Waits a moment; fails if the successor has ended, since then no engine reads. */
  private static void pause(Channel channel) throws IOException {
    channel.throwIfEnded();
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
