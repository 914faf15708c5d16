package io.nacre.engine.handover;

import io.nacre.linux.Poll;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.PeerCredentials;
import io.nacre.linux.socket.UnixSocket;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The process of a successor, a child of the running engine, and the private socket by which it
 * connects. Belongs to one thread.
 */
final class SuccessorProcess implements AutoCloseable {
  private static final String WATCHDOG_VARIABLE = "WATCHDOG_PID";
  private static final int POLL_MILLIS = 100;
  private static final long CONNECT_MILLIS = 120_000;
  private static final long DEATH_MILLIS = 5_000;

  private final Process process;
  private final UnixSocket listening;
  private final Path path;

  private SuccessorProcess(Process process, UnixSocket listening, Path path) {
    this.process = process;
    this.listening = listening;
    this.path = path;
  }

  /** Starts a successor by {@code command}; its socket is made in {@code directory}. */
  static SuccessorProcess start(List<String> command, Path directory) throws IOException {
    byte[] secret = new byte[8];
    new SecureRandom().nextBytes(secret);
    Path path =
        directory.resolve(
            "hand-over-" + ProcFs.self() + "-" + HexFormat.of().formatHex(secret) + ".sock");
    UnixSocket listening = UnixSocket.listen(path.toString(), 1);
    try {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().put(Protocol.SOCKET_VARIABLE, path.toString());
      builder.environment().remove(WATCHDOG_VARIABLE); // names this process
      return new SuccessorProcess(builder.start(), listening, path);
    } catch (IOException e) {
      listening.close();
      Files.deleteIfExists(path);
      throw e;
    }
  }

  /** Returns its process number. */
  int pid() {
    return Math.toIntExact(process.pid());
  }

  /** Waits until the successor connects; connections of any other process are closed. */
  Channel accept() throws IOException {
    Poll poll = new Poll(listening.fd());
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CONNECT_MILLIS);
    while (deadlineNanos - System.nanoTime() > 0) {
      poll.await(POLL_MILLIS);
      Optional<UnixSocket> connected = poll.isReady(0) ? listening.accept() : Optional.empty();
      if (connected.isPresent()) {
        PeerCredentials peer = connected.get().peer();
        if (peer.pid() == pid() && peer.uid() == ProcFs.effectiveUserOfSelf()) {
          Files.deleteIfExists(path);
          return new Channel(connected.get());
        }
        connected.get().close();
      }
      if (!process.isAlive()) {
        throw new HandOverException(
            "the successor ended with code " + process.exitValue() + " before it was ready");
      }
    }
    throw new HandOverException("the successor did not connect in time");
  }

  /** Returns why it ended, if it has. */
  Optional<String> end() {
    return process.isAlive()
        ? Optional.empty()
        : Optional.of("the successor ended with code " + process.exitValue());
  }

  /** Kills it with all its children, and waits until it is gone. */
  void kill() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    try {
      boolean unused = process.waitFor(DEATH_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Closes and removes the socket; the process goes on. */
  @Override
  public void close() {
    listening.close();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The directory is gone, and the socket with it.
    }
  }
}
