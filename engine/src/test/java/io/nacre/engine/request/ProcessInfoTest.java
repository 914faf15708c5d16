package io.nacre.engine.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.linux.process.ProcFs;
import org.junit.jupiter.api.Test;

class ProcessInfoTest {

  @Test
  void isFoundInProcfs() {
    ProcessInfo self = ProcessInfo.of(ProcFs.self());

    assertThat(self.pid()).isEqualTo(ProcFs.self());
    assertThat(self.uid()).hasValue(ProcFs.effectiveUserOfSelf());
    assertThat(self.program()).isPresent();
  }

  @Test
  void isNotKnownOutsideOurProcessNamespace() {
    ProcessInfo outside = ProcessInfo.of(0);

    assertThat(outside.uid()).isEmpty();
    assertThat(outside.program()).isEmpty();
  }

  @Test
  void isNotKnownWhenItIsGone() {
    ProcessInfo gone = ProcessInfo.of(Integer.MAX_VALUE);

    assertThat(gone.uid()).isEmpty();
    assertThat(gone.program()).isEmpty();
  }
}
