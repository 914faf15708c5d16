package io.nacre.engine.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.linux.process.ProcFs;
import org.junit.jupiter.api.Test;

class OpenerTest {

  @Test
  void isFoundInProcfs() {
    Opener self = Opener.of(ProcFs.self());

    assertThat(self.pid()).isEqualTo(ProcFs.self());
    assertThat(self.uid()).hasValue(ProcFs.effectiveUserOfSelf());
    assertThat(self.program()).isPresent();
  }

  @Test
  void isNotKnownOutsideOurProcessNamespace() {
    Opener outside = Opener.of(0);

    assertThat(outside.uid()).isEmpty();
    assertThat(outside.program()).isEmpty();
  }

  @Test
  void isNotKnownWhenItIsGone() {
    Opener gone = Opener.of(Integer.MAX_VALUE);

    assertThat(gone.uid()).isEmpty();
    assertThat(gone.program()).isEmpty();
  }
}
