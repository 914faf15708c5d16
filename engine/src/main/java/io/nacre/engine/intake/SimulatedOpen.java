package io.nacre.engine.intake;

import io.nacre.engine.verdict.InlineReason;
import java.util.Optional;
import java.util.OptionalInt;

/** What triage would decide about an open that nobody made. */
public final class SimulatedOpen {

  private SimulatedOpen() {}

  /**
   * Returns why the open of a file would be allowed at once, or nothing if it would not.
   *
   * @param fd open on the file
   * @param uid who opens it, with a program that is not exempt
   * @param isCachedClean whether it is known to be clean, which is not asked again
   */
  public static Optional<InlineReason> allowed(
      TriageRules rules, int fd, int uid, boolean isCachedClean) {
    KernelFacts file = new KernelFacts(rules.ownMounts(), rules.clean()).of(/* pid= */ 0, fd);
    return new Triage(rules).decide(new Facts(file, uid, isCachedClean)).allowed();
  }

  private record Facts(KernelFacts file, int uid, boolean isCachedClean) implements EventFacts {

    @Override
    public int pid() {
      return file.pid();
    }

    @Override
    public boolean isRegular() {
      return file.isRegular();
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public boolean hasOnePlace() {
      return file.hasOnePlace();
    }

    @Override
    public int path(byte[] path) {
      return file.path(path);
    }

    @Override
    public OptionalInt user() {
      return OptionalInt.of(uid);
    }

    @Override
    public int program(byte[] program) {
      return -1;
    }

    @Override
    public OptionalInt parent() {
      return OptionalInt.empty();
    }

    @Override
    public boolean isInOurPidNamespace() {
      return true;
    }
  }
}
