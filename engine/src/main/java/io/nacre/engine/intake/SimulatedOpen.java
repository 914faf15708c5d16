package io.nacre.engine.intake;

import io.nacre.engine.policy.Policy;
import io.nacre.engine.verdict.InlineReason;
import java.util.Optional;
import java.util.OptionalInt;

/** What triage would decide about an open that no process made. */
public final class SimulatedOpen {

  private SimulatedOpen() {}

  /**
   * Returns why the open of a file would be allowed at once, or nothing if it would not.
   *
   * @param fd open on the file
   * @param uid the user of the opener, whose program is not exempt
   * @param isCachedClean whether the file is cached as clean, which is not looked up again
   */
  public static Optional<InlineReason> allowed(
      TriageState state, Policy policy, int fd, int uid, boolean isCachedClean) {
    KernelFacts file = new KernelFacts(state.ownMounts(), state.clean()).of(/* pid= */ 0, fd);
    Decision decision = new Triage(state).decide(policy, new Facts(file, uid, isCachedClean));
    return decision.isAllowed() ? Optional.of(decision.reason()) : Optional.empty();
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
    public boolean hasReliablePath() {
      return file.hasReliablePath();
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
