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
 */
public record Opener(int pid, OptionalInt uid, Optional<String> program) {
  private static final ThreadLocal<ProcFs> PROC = ThreadLocal.withInitial(ProcFs::new);

  /** Looks process {@code pid} up in procfs. */
  static Opener of(int pid) {
    ProcFs proc = PROC.get();
    // In the order in which a process that ends loses them.
    Optional<String> program = proc.program(pid).or(() -> proc.name(pid));
    return new Opener(pid, proc.effectiveUser(pid), program);
  }

  /** Looks up the user process {@code pid} acts as. */
  static OptionalInt userOf(int pid) {
    return PROC.get().effectiveUser(pid);
  }
}
