package io.nacre.engine.request;

import io.nacre.linux.process.ProcFs;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The process that wanted a file, as far as it could still be told.
 *
 * @param pid its number, 0 if it lives outside our process namespace
 * @param uid the user it acts as
 * @param program the path of its program, or its short name
 * @param session the session it is in, as setsid(2) made it; 0 if nobody looked
 */
public record ProcessInfo(int pid, OptionalInt uid, Optional<String> program, int session) {
  private static final ThreadLocal<ProcFs> PROC = ThreadLocal.withInitial(ProcFs::new);

  /** A process of a session that nobody looked for. */
  public ProcessInfo(int pid, OptionalInt uid, Optional<String> program) {
    this(pid, uid, program, 0);
  }

  /** Looks process {@code pid} up in procfs, with its session. */
  static ProcessInfo withSession(int pid) {
    int session = PROC.get().session(pid);
    ProcessInfo opener = of(pid);
    return new ProcessInfo(pid, opener.uid(), opener.program(), session);
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
