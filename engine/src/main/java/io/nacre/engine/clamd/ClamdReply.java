package io.nacre.engine.clamd;

import io.nacre.engine.config.Transport;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;

/**
 * One reply in a clamd session: {@code ID: SUBJECT: OK}, {@code ID: SUBJECT: NAME FOUND}, {@code
 * ID: … ERROR} or {@code ID: PONG}; see clamd(8).
 *
 * @param id the command it answers, counted from 1 in each session, or {@link #NO_ID}
 * @param rest what follows the id, or the whole line if it has none
 */
record ClamdReply(int id, String rest) {
  private static final String SEPARATOR = ": ";
  private static final String DESCRIPTOR = "fd[";
  private static final String DESCRIPTOR_END = "]: ";
  private static final int DIGITS_MAX = 9;
  private static final int DESCRIPTOR_DIGITS_MAX = 10;
  private static final String STREAM = "stream: ";
  private static final String TOO_BIG = "INSTREAM size limit exceeded. ERROR";
  private static final String OK = "OK";
  private static final String FOUND = " FOUND";
  private static final int SHOWN = 200;

  /** The id of a reply without one. */
  static final int NO_ID = -1;

  /** Parses {@code line}, without its terminator, as far as the id. */
  static ClamdReply parse(String line) {
    int end = endOfNumber(line, 0);
    if (end == 0
        || end > DIGITS_MAX
        || line.charAt(0) == '0'
        || !line.startsWith(SEPARATOR, end)
        || line.length() == end + SEPARATOR.length()) {
      return new ClamdReply(NO_ID, line);
    }
    return new ClamdReply(
        Integer.parseInt(line.substring(0, end)), line.substring(end + SEPARATOR.length()));
  }

  private static int endOfNumber(String line, int from) {
    int end = from;
    while (end < line.length() && line.charAt(end) >= '0' && line.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  /** Returns true if it answers a PING. */
  boolean isPong() {
    return rest.equals("PONG");
  }

  /**
   * Returns the verdict on the file that was sent by {@code transport}: clean only for a complete
   * {@code OK}, and unscanned for any line that is not understood.
   */
  Verdict verdict(Transport transport) {
    if (id == NO_ID) {
      return error();
    }
    if (transport == Transport.STREAM && rest.equals(TOO_BIG)) {
      return new Verdict.Unscanned(FallbackReason.OVERSIZE, "bigger than clamd's StreamMaxLength");
    }
    int subject =
        switch (transport) {
          case FD -> lengthOfDescriptor();
          case STREAM -> rest.startsWith(STREAM) ? STREAM.length() : 0;
        };
    if (subject == 0) {
      return error();
    }
    String result = rest.substring(subject);
    if (result.equals(OK)) {
      return new Verdict.Clean();
    }
    if (result.endsWith(FOUND) && result.length() > FOUND.length()) {
      return new Verdict.Infected(result.substring(0, result.length() - FOUND.length()));
    }
    return error();
  }

  private int lengthOfDescriptor() {
    if (!rest.startsWith(DESCRIPTOR)) {
      return 0;
    }
    int end = endOfNumber(rest, DESCRIPTOR.length());
    int digits = end - DESCRIPTOR.length();
    boolean isOne =
        digits > 0 && digits <= DESCRIPTOR_DIGITS_MAX && rest.startsWith(DESCRIPTOR_END, end);
    return isOne ? end + DESCRIPTOR_END.length() : 0;
  }

  private Verdict error() {
    return new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, "clamd sent '" + shown() + "'");
  }

  /** Returns the beginning of the line, for a message. */
  String shown() {
    String line = id == NO_ID ? rest : id + ": " + rest;
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }
}
