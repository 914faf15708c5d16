package io.nacre.engine.clamd;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One reply of a session to a FILDES command: {@code ID: fd[N]: OK}, {@code ID: fd[N]: NAME FOUND}
 * or {@code ID: fd[N]: TEXT ERROR}; see clamd(8).
 *
 * @param id the command it answers, counted from 1 in each session
 * @param verdict clean only for a complete {@code OK}
 */
record ClamdReply(int id, Verdict verdict) {
  private static final Pattern REPLY =
      Pattern.compile("(?<id>[1-9][0-9]{0,8}): fd\\[[0-9]+\\]: (?<result>.+)", Pattern.DOTALL);
  private static final String OK = "OK";
  private static final String FOUND = " FOUND";
  private static final int SHOWN = 200;

  /** The id of a reply that does not say which command it answers. */
  static final int NO_ID = -1;

  /** Understands {@code line}, without its terminator; whatever is not understood is unscanned. */
  static ClamdReply parse(String line) {
    Matcher reply = REPLY.matcher(line);
    if (!reply.matches()) {
      return new ClamdReply(NO_ID, error(line));
    }
    int id = Integer.parseInt(reply.group("id"));
    String result = reply.group("result");
    if (result.equals(OK)) {
      return new ClamdReply(id, new Verdict.Clean());
    }
    if (result.endsWith(FOUND) && result.length() > FOUND.length()) {
      String signature = result.substring(0, result.length() - FOUND.length());
      return new ClamdReply(id, new Verdict.Infected(signature));
    }
    return new ClamdReply(id, error(line));
  }

  private static Verdict error(String line) {
    String shown = line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    return new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, "clamd said '" + shown + "'");
  }
}
