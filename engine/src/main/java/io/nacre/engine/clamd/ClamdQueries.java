package io.nacre.engine.clamd;

import io.nacre.engine.config.Transport;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Fd;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.time.Duration;

/** Single questions to a clamd, for whoever runs no engine. May be used from any thread. */
public final class ClamdQueries {

  private ClamdQueries() {}

  /**
   * Returns what clamd says of itself: {@code ClamAV VERSION/DATABASE/DATE}.
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
   * Has clamd say {@code PONG}: a connection alone tells nothing, since a socket is there before
   * whoever listens can answer.
   *
   * @param timeout the longest wait for the connection, and again for the answer
   * @throws IOException if it does not answer
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
   * @throws IOException if it cannot be reached, or breaks off
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
