package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.clamd.ClamdHealth.State;
import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.config.Transport;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClamdsTest {

  @ParameterizedTest
  @CsvSource({
    "UP, DOWN, UP",
    "DOWN, UP, UP",
    "SILENT, BUSY, BUSY",
    "RELOADING, SILENT, RELOADING",
    "DOWN, SILENT, SILENT",
    "DOWN, DOWN, DOWN",
    "STARTING, DOWN, STARTING",
    "STARTING, UP, UP",
    "UNKNOWN, SILENT, UNKNOWN",
  })
  void areAsWellAsTheBestOfThem(State first, State second, State best) {
    assertThat(clamds(first, second).best().state()).isEqualTo(best);
  }

  @Test
  void areUnresponsiveIfNoneCanBeExpectedToAnswer() {
    assertThat(clamds(State.SILENT, State.DOWN).areUnresponsive()).isTrue();
    assertThat(clamds(State.SILENT, State.RELOADING).areUnresponsive()).isTrue();
    assertThat(clamds(State.SILENT, State.UP).areUnresponsive()).isFalse();
    assertThat(clamds(State.DOWN, State.DOWN).areUnresponsive()).isFalse();
  }

  @Test
  void makeAsManyScansAsAllOfThemTogether() {
    assertThat(clamds(State.UP, State.DOWN).connections()).isEqualTo(8);
  }

  private static Clamds clamds(State... states) {
    List<ClamdEndpoint> endpoints =
        Stream.of(states)
            .map(
                state ->
                    new ClamdEndpoint(
                        new ClamdEndpoint.Settings(new ClamdAddress.Unix("/x"), Transport.FD, 1, 4),
                        health(state)))
            .toList();
    return new Clamds(endpoints);
  }

  private static ClamdHealth health(State state) {
    ClamdHealth health = new ClamdHealth(state == State.STARTING);
    switch (state) {
      case UP -> health.reportUp("ClamAV 1");
      case BUSY -> health.reportBusy("full");
      case RELOADING -> health.reportReloading("loads");
      case SILENT -> health.reportSilent("says nothing");
      case DOWN -> health.reportDown("gone");
      default -> {} // as it begins
    }
    return health;
  }
}
