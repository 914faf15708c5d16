package io.nacre.engine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.linux.fanotify.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FallbackPolicyTest {
  private static final FallbackPolicy DENY_ALL =
      new FallbackPolicy(Response.DENY, Response.DENY, Response.DENY, Response.DENY);

  @ParameterizedTest
  @EnumSource
  void allowsWhateverTheReasonIfItAllowsAll(FallbackReason reason) {
    assertThat(FallbackPolicy.ALLOW_ALL.responseTo(reason)).isEqualTo(Response.ALLOW);
  }

  @ParameterizedTest
  @EnumSource(names = "STOPPING", mode = EnumSource.Mode.EXCLUDE)
  void deniesWhateverTheReasonIfItDeniesAll(FallbackReason reason) {
    assertThat(DENY_ALL.responseTo(reason)).isEqualTo(Response.DENY);
  }

  @Test
  void allowsWhileTheEngineStops() {
    assertThat(DENY_ALL.responseTo(FallbackReason.STOPPING)).isEqualTo(Response.ALLOW);
  }

  @ParameterizedTest
  @CsvSource({
    "DEADLINE, DENY, ALLOW, ALLOW, ALLOW",
    "CLAMD_DOWN, ALLOW, DENY, ALLOW, ALLOW",
    "CLAMD_ERROR, ALLOW, DENY, ALLOW, ALLOW",
    "OVERSIZE, ALLOW, ALLOW, DENY, ALLOW",
    "OVERLOAD, ALLOW, ALLOW, ALLOW, DENY",
  })
  void hasItsOwnAnswerForEachKindOfReason(
      FallbackReason reason,
      Response onDeadline,
      Response onError,
      Response onOversize,
      Response onOverload) {
    FallbackPolicy policy = new FallbackPolicy(onDeadline, onError, onOversize, onOverload);

    assertThat(policy.responseTo(reason)).isEqualTo(Response.DENY);
  }
}
