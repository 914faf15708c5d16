package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.clamd.ClamdHealth.Reading;
import io.nacre.engine.clamd.ClamdHealth.State;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClamdHealthTest {
  private final ClamdHealth health = new ClamdHealth(false);

  @Test
  void knowsNothingAtFirst() {
    assertThat(health.reading().state()).isEqualTo(State.UNKNOWN);
    assertThat(health.mayConnect()).isTrue();
  }

  @Test
  void saysWhatIsNews() {
    assertThat(health.reportUp("ClamAV 1")).isTrue();
    assertThat(health.reportUp("ClamAV 2")).isFalse();
    assertThat(health.reading()).isEqualTo(new Reading(State.UP, "ClamAV 2"));
    assertThat(health.reportSilent("no answer")).isTrue();
    assertThat(health.reportSilent("no answer")).isFalse();
    assertThat(health.reportDown("refused")).isTrue();
    assertThat(health.reportDown("refused")).isFalse();
    assertThat(health.reading()).isEqualTo(new Reading(State.DOWN, "refused"));
  }

  @Test
  void onlyTheMonitorMayConnectWhileClamdIsDown() {
    health.reportDown("refused");
    assertThat(health.mayConnect()).isFalse();

    health.reportUp("ClamAV 1");

    assertThat(health.mayConnect()).isTrue();
  }

  @Test
  void tellsAClamdThatIsBusyOrReloadingFromASilentOne() {
    assertThat(health.reportBusy("its queue is full")).isTrue();
    assertThat(health.reportBusy("its queue is full")).isFalse();
    assertThat(health.reading()).isEqualTo(new Reading(State.BUSY, "its queue is full"));
    assertThat(health.reportReloading("loads signatures")).isTrue();
    assertThat(health.reading()).isEqualTo(new Reading(State.RELOADING, "loads signatures"));
    assertThat(health.reportSilent("no answer")).isTrue();
    assertThat(health.reading().state()).isEqualTo(State.SILENT);
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void expectsVerdictsWhereItSaysSo(State state) {
    assertThat(state.isUsable())
        .isEqualTo(Set.of(State.UP, State.BUSY, State.UNKNOWN).contains(state));
    assertThat(state.isUnresponsive())
        .isEqualTo(Set.of(State.SILENT, State.RELOADING).contains(state));
    assertThat(state.label()).isLowerCase();
  }

  @Test
  void allConnectionsMayTryASilentClamd() {
    health.reportSilent("no answer");

    assertThat(health.mayConnect()).isTrue();
  }

  @Test
  void callsAClamdThatStartsNotDown() {
    ClamdHealth starting = new ClamdHealth(true);

    boolean news = starting.reportDown("no such file");

    assertThat(news).isFalse();
    assertThat(starting.reading().state()).isEqualTo(State.STARTING);
    assertThat(starting.reportSilent("no answer")).isFalse();
    assertThat(starting.reportReloading("loads")).isFalse();
    assertThat(starting.mayConnect()).isFalse();
  }

  @Test
  void callsAClamdDownThatHasStarted() {
    ClamdHealth started = new ClamdHealth(true);
    started.reportUp("ClamAV 1");

    boolean news = started.reportDown("refused");

    assertThat(news).isTrue();
    assertThat(started.reading().state()).isEqualTo(State.DOWN);
  }
}
