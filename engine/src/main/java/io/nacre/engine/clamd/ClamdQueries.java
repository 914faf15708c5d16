package io.nacre.engine.clamd;

import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.config.Transport;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Fd;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.time.Duration;

/** Single commands to a clamd, for callers without an engine. For any thread. */
public final class ClamdQueries {

  private ClamdQueries() {}

  /**
   * Returns clamd's VERSION: {@code ClamAV VERSION/DATABASE/DATE}.
   *
   * @param timeout the longest wait for the connection, and again for the answer
   */
  public static String version(ClamdAddress address, Duration timeout) throws IOException {
    try (WakeUp never = WakeUp.open();
        ClamdSession session = ClamdSession.open(address, timeout, never)) {
      return session.version(timeout);
    }
  }

  /**
   * Checks that clamd answers PING. A connection alone proves nothing: a socket is there before its
   * process can answer.
   *
   * @param timeout the longest wait for the connection, and again for the answer
   * @throws IOException if clamd does not answer
   */
  public static void ping(ClamdAddress address, Duration timeout) throws IOException {
    try (WakeUp never = WakeUp.open();
        ClamdSession session = ClamdSession.open(address, timeout, never)) {
      session.ping(timeout);
    }
  }

  /**
   * Has clamd scan the file that {@code file} is open on: by its descriptor, or by its content over
   * the network.
   *
   * @param timeout the longest wait for the connection, and again for the verdict
   * @throws IOException if clamd cannot be reached, or the session breaks
   */
  public static Verdict scan(ClamdAddress address, Fd file, Duration timeout) throws IOException {
    try (WakeUp never = WakeUp.open();
        ClamdSession session = ClamdSession.open(address, timeout, never)) {
      boolean isLocal = address instanceof ClamdAddress.Unix;
      if (!isLocal) {
        session.stream(file.number(), timeout);
      } else if (session.fildes(file.number()).isEmpty()) {
        throw new IOException("clamd takes no command");
      }
      Verdict verdict = session.reply(timeout).verdict(isLocal ? Transport.FD : Transport.STREAM);
      return isLocal || session.isStreamedWhole() || !(verdict instanceof Verdict.Clean)
          ? verdict
          : new Verdict.Unscanned(
              FallbackReason.CLAMD_ERROR, "clamd gave a verdict before it had the whole file");
    }
  }
}
