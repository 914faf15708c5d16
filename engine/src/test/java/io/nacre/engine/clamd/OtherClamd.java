package io.nacre.engine.clamd;

import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A clamd in a process of its own, whose first thread does everything: it answers questions, and
 * while a file is there it is at work and answers nothing, as one that loads signatures.
 */
final class OtherClamd implements AutoCloseable {
  private static final String PROGRAM =
      """
      import os, select, socket, sys
      path, loading = sys.argv[1:]
      server = socket.socket(socket.AF_UNIX)
      server.bind(path)
      server.listen(128)
      ids = {}
      while True:
          while os.path.exists(loading):
              sum(range(100000))
          for ready in select.select([server] + list(ids), [], [], 0.02)[0]:
              if ready is server:
                  ids[server.accept()[0]] = 0
                  continue
              try:
                  commands = ready.recv(4096)
                  for command in commands.split(b'\\0'):
                      answer = {b'zPING': b'PONG', b'zVERSION': b'ClamAV 1.4.3/1/today',
                                b'zSTATS': b'POOLS: 1'}.get(command)
                      if answer:
                          ids[ready] += 1
                          ready.sendall(b'%d: %s\\0' % (ids[ready], answer))
              except OSError:
                  commands = b''
              if not commands:
                  del ids[ready]
                  ready.close()
      """;

  private final Process process;
  private final Path socket;

  private OtherClamd(Process process, Path socket) {
    this.process = process;
    this.socket = socket;
  }

  /** Starts one that listens at {@code path}. */
  static OtherClamd start(Path path, Path loading) throws IOException {
    return new OtherClamd(
        new ProcessBuilder("python3", "-c", PROGRAM, path.toString(), loading.toString())
            .inheritIO()
            .start(),
        path);
  }

  /** Returns true once it listens, and its first thread has run for a second. */
  boolean hasWorkedForASecond() {
    return new ProcFs().mainThreadTime((int) process.pid()).compareTo(Duration.ofSeconds(1)) > 0
        && Files.exists(socket);
  }

  /** Sends it a signal. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
