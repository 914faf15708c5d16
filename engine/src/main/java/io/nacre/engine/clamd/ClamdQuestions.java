package io.nacre.engine.clamd;

import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.time.Duration;

/** Single questions to a clamd, for whoever runs no engine. May be used from any thread. */
public final class ClamdQuestions {

  private ClamdQuestions() {}

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
}
