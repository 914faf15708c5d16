package io.nacre.engine.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.config.WatchConfig.Prevention;
import io.nacre.engine.config.WatchConfig.Trigger;
import io.nacre.linux.fanotify.FanotifyMask;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TriggerMaskTest {
  private static final long OPEN = FanotifyMask.FAN_OPEN_PERM;
  private static final long WRITE = FanotifyMask.FAN_CLOSE_WRITE;

  static Stream<Arguments> masks() {
    return Stream.of(
        enforced(OPEN, Trigger.OPEN),
        enforced(OPEN | FanotifyMask.FAN_OPEN_EXEC_PERM, Trigger.OPEN, Trigger.EXEC),
        enforced(FanotifyMask.FAN_OPEN_EXEC_PERM, Trigger.EXEC),
        enforced(FanotifyMask.FAN_OPEN_EXEC_PERM | WRITE, Trigger.EXEC, Trigger.CLOSE_WRITE),
        enforced(OPEN | FanotifyMask.FAN_OPEN_EXEC_PERM | WRITE, Trigger.values()),
        enforced(WRITE, Trigger.CLOSE_WRITE),
        detected(FanotifyMask.FAN_OPEN | FanotifyMask.FAN_OPEN_EXEC, Trigger.OPEN, Trigger.EXEC),
        detected(FanotifyMask.FAN_OPEN_EXEC, Trigger.EXEC),
        detected(FanotifyMask.FAN_OPEN | WRITE, Trigger.OPEN, Trigger.CLOSE_WRITE));
  }

  @ParameterizedTest
  @MethodSource("masks")
  void hasTheBitsOfItsTriggers(Prevention prevention, Set<Trigger> triggers, long mask) {
    assertThat(TriggerMask.of(prevention, triggers)).isEqualTo(mask);
  }

  private static Arguments enforced(long mask, Trigger... triggers) {
    return Arguments.of(Prevention.ENFORCE, Set.of(triggers), mask);
  }

  private static Arguments detected(long mask, Trigger... triggers) {
    return Arguments.of(Prevention.DETECT, Set.of(triggers), mask);
  }
}
