package io.nacre.engine.request;

import io.nacre.linux.process.ProcFs;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The process that opened or wrote a file, as far as it is known.
 *
 * @param pid its number, 0 if it lives outside our process namespace or is unknown
 * @param uid the user it acts as
 * @param program the path of its program, or its short name
 * @param session its session, as setsid(2) made it; 0 if it was not looked up
 */
public record ProcessInfo(int pid, OptionalInt uid, Optional<String> program, int session) {
  /** No process is known. */
  public static final ProcessInfo NONE = new ProcessInfo(0, OptionalInt.empty(), Optional.empty());

  private static final ThreadLocal<ProcFs> PROC = ThreadLocal.withInitial(ProcFs::new);

  /** A process whose session was not looked up. */
  public ProcessInfo(int pid, OptionalInt uid, Optional<String> program) {
    this(pid, uid, program, 0);
  }

  /** A process of which the reader thread knows the program at most. */
  public static ProcessInfo of(int pid, Optional<String> program) {
    return new ProcessInfo(pid, OptionalInt.empty(), program);
  }

  /** Looks process {@code pid} up in procfs, with its session. */
  static ProcessInfo withSession(int pid) {
    int session = PROC.get().session(pid);
    ProcessInfo now = of(pid);
    return new ProcessInfo(pid, now.uid(), now.program(), session);
  }

  /** Looks process {@code pid} up in procfs. */
  static ProcessInfo of(int pid) {
    ProcFs proc = PROC.get();
    // In the order in which a process that ends loses them.
    Optional<String> program = proc.program(pid).or(() -> proc.name(pid));
    return new ProcessInfo(pid, proc.effectiveUser(pid), program);
  }

  /** Looks up the user process {@code pid} acts as. */
  static OptionalInt userOf(int pid) {
    return PROC.get().effectiveUser(pid);
  }
}
