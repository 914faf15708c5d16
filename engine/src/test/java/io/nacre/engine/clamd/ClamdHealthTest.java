package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.clamd.ClamdHealth.Reading;
import io.nacre.engine.clamd.ClamdHealth.State;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClamdHealthTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // wraps around
  private final ClamdHealth health = new ClamdHealth(nanos::get, false);

  @Test
  void knowsNothingAtFirst() {
    assertThat(health.reading().state()).isEqualTo(State.UNKNOWN);
    assertThat(health.mayConnect()).isTrue();
  }

  @Test
  void saysWhatIsNews() {
    assertThat(health.up("ClamAV 1")).isTrue();
    assertThat(health.up("ClamAV 2")).isFalse();
    assertThat(health.reading()).isEqualTo(new Reading(State.UP, "ClamAV 2"));
    assertThat(health.silent("no answer")).isTrue();
    assertThat(health.silent("no answer")).isFalse();
    assertThat(health.down("refused")).isTrue();
    assertThat(health.down("refused")).isFalse();
    assertThat(health.reading()).isEqualTo(new Reading(State.DOWN, "refused"));
  }

  @Test
  void letsNobodyConnectBeforeThePauseIsOver() {
    health.down("refused");

    assertThat(health.mayConnect()).isFalse();
    passes(99);
    assertThat(health.mayConnect()).isFalse();
    passes(1);
    assertThat(health.mayConnect()).isTrue();
  }

  @Test
  void doublesThePauseUpToTwoSeconds() {
    for (int pause : new int[] {100, 200, 400, 800, 1600, 2000, 2000, 2000}) {
      health.down("refused");
      passes(pause - 1);
      assertThat(health.mayConnect()).as("just before %d ms", pause).isFalse();
      passes(1);
      assertThat(health.mayConnect()).as("after %d ms", pause).isTrue();
    }
  }

  @Test
  void startsFromTheFirstPauseOnceClamdWasReached() {
    for (int i = 0; i < 10; i++) {
      health.down("refused");
    }

    health.reached();
    health.down("refused");

    passes(100);
    assertThat(health.mayConnect()).isTrue();
  }

  @Test
  void isNotDownAnyMoreOnceClamdTookAConnection() {
    health.down("refused");

    health.reached();

    assertThat(health.reading().state()).isEqualTo(State.UNKNOWN);
    assertThat(health.mayConnect()).isTrue();
  }

  @Test
  void staysUpOrSilentWhenClamdTakesAConnection() {
    health.up("ClamAV 1");
    health.reached();
    assertThat(health.reading().state()).isEqualTo(State.UP);

    health.silent("no answer");
    health.reached();
    assertThat(health.reading().state()).isEqualTo(State.SILENT);
  }

  @Test
  void letsEverybodyTryASilentClamd() {
    health.silent("no answer");

    assertThat(health.mayConnect()).isTrue();
  }

  @Test
  void callsAClamdThatStartsNotDown() {
    ClamdHealth starting = new ClamdHealth(nanos::get, true);

    boolean news = starting.down("no such file");

    assertThat(news).isFalse();
    assertThat(starting.reading().state()).isEqualTo(State.STARTING);
    assertThat(starting.mayConnect()).isTrue();
  }

  @Test
  void callsAClamdDownThatHasStarted() {
    ClamdHealth started = new ClamdHealth(nanos::get, true);
    started.up("ClamAV 1");

    boolean news = started.down("refused");

    assertThat(news).isTrue();
    assertThat(started.reading().state()).isEqualTo(State.DOWN);
  }

  private void passes(int millis) {
    nanos.addAndGet(Duration.ofMillis(millis).toNanos());
  }
}
