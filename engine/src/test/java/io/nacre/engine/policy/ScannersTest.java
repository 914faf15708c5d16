package io.nacre.engine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.Scanners.Scanner;
import org.junit.jupiter.api.Test;

class ScannersTest {
  private final Scanners scanners = new Scanners();

  @Test
  void knowNobodyAtFirst() {
    assertThat(scanners.known()).isEmpty();
  }

  @Test
  void learnEachScannerOnce() {
    scanners.learn(new Scanner("/usr/sbin/clamd", 102));
    scanners.learn(new Scanner("/usr/sbin/clamd", 102));
    scanners.learn(new Scanner("/usr/sbin/clamd", 0));

    assertThat(scanners.known())
        .containsExactly(new Scanner("/usr/sbin/clamd", 102), new Scanner("/usr/sbin/clamd", 0));
  }
}
