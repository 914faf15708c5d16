package io.nacre.engine.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.clamd.ClamdHealth.State;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OpenOutlookTest {
  private static final FallbackPolicy DENY_ALL =
      new FallbackPolicy(Response.DENY, Response.DENY, Response.DENY, Response.DENY);

  @ParameterizedTest
  @EnumSource(names = {"UP", "BUSY"})
  void deniesWhatIsInfectedAndNothingElse(State clamd) {
    OpenOutlook outlook = held(/* isExempt= */ false, clamd, FallbackPolicy.ALLOW_ALL);

    assertThat(outlook).isEqualTo(new OpenOutlook(Response.DENY, Response.ALLOW, false, ""));
    assertThat(outlook.values())
        .containsEntry("infected", "deny")
        .containsEntry("clean", "allow")
        .containsEntry("weakened", false);
  }

  @Test
  void deniesNothingWhereItOnlyDetects() {
    OpenOutlook outlook =
        OpenOutlook.of(FanotifyMask.FAN_OPEN, false, State.UP, FallbackPolicy.ALLOW_ALL);

    assertThat(outlook.infected()).isEqualTo(Response.ALLOW);
    assertThat(outlook.isWeakened()).isFalse();
    assertThat(outlook.because()).isEqualTo("prevention = detect");
  }

  @Test
  void deniesNothingWhereOpensAreNoTrigger() {
    OpenOutlook outlook =
        OpenOutlook.of(FanotifyMask.FAN_OPEN_EXEC_PERM, false, State.UP, FallbackPolicy.ALLOW_ALL);

    assertThat(outlook.infected()).isEqualTo(Response.ALLOW);
    assertThat(outlook.because()).isEqualTo("opens are no trigger");
  }

  @Test
  void deniesAnExemptUserNothing() {
    OpenOutlook outlook = held(/* isExempt= */ true, State.DOWN, DENY_ALL);

    assertThat(outlook.infected()).isEqualTo(Response.ALLOW);
    assertThat(outlook.isWeakened()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "DOWN, 'clamd is down, so opens are allowed unscanned by on-error'",
    "STARTING, 'clamd is starting, so opens are allowed unscanned by on-error'",
    "UNKNOWN, 'clamd is starting, so opens are allowed unscanned by on-error'",
    "RELOADING, 'clamd loads signatures, so opens are allowed unscanned by on-deadline'",
    "SILENT, 'clamd does not answer, so opens are allowed unscanned by on-deadline'",
  })
  void isWeakenedWhileClamdDoesNotScan(State clamd, String because) {
    OpenOutlook outlook = held(/* isExempt= */ false, clamd, FallbackPolicy.ALLOW_ALL);

    assertThat(outlook).isEqualTo(new OpenOutlook(Response.ALLOW, Response.ALLOW, true, because));
  }

  @Test
  void deniesEverythingWithoutClamdIfThePolicyIsSo() {
    assertThat(held(/* isExempt= */ false, State.DOWN, DENY_ALL))
        .isEqualTo(
            new OpenOutlook(
                Response.DENY,
                Response.DENY,
                false,
                "clamd is down, so opens are denied by on-error"));
  }

  private static OpenOutlook held(boolean isExempt, State clamd, FallbackPolicy fallback) {
    return OpenOutlook.of(FanotifyMask.FAN_OPEN_PERM, isExempt, clamd, fallback);
  }
}
