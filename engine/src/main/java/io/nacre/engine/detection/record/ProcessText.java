package io.nacre.engine.detection.record;

import io.nacre.engine.log.Printable;
import io.nacre.engine.request.ProcessInfo;

/** Who wanted a file, for people: {@code cat (pid 1234, user bob)}. */
public final class ProcessText {

  public String of(ProcessInfo opener) {
    String program = opener.program().map(ProcessText::shortName).orElse("a process that is gone");
    String user = opener.uid().isPresent() ? ", user " + userName(opener.uid().getAsInt()) : "";
    String pid = opener.pid() == 0 ? "of another pid namespace" : "pid " + opener.pid();
    return program + " (" + pid + user + ")";
  }

  public static String shortName(String program) {
    return Printable.of(program.substring(program.lastIndexOf('/') + 1));
  }

  private static String userName(int uid) {
    return UserNames.of(uid).orElse(Integer.toUnsignedString(uid));
  }
}
