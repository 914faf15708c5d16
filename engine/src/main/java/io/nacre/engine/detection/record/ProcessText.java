package io.nacre.engine.detection.record;

import io.nacre.engine.log.Printable;
import io.nacre.engine.request.ProcessInfo;

/** A process as text: {@code cat (pid 1234, user bob)}. */
public final class ProcessText {

  /** Returns the text of {@code process}. */
  public String of(ProcessInfo process) {
    String program = process.program().map(ProcessText::shortName).orElse("a process that is gone");
    String user = process.uid().isPresent() ? ", user " + userName(process.uid().getAsInt()) : "";
    String pid = process.pid() == 0 ? "of another pid namespace" : "pid " + process.pid();
    return program + " (" + pid + user + ")";
  }

  /** Returns the printable last name of the path {@code program}. */
  public static String shortName(String program) {
    return Printable.of(program.substring(program.lastIndexOf('/') + 1));
  }

  private static String userName(int uid) {
    return UserNames.of(uid).orElse(Integer.toUnsignedString(uid));
  }
}
