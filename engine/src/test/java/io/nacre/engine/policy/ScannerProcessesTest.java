package io.nacre.engine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.ScannerProcesses.Scanner;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScannerProcessesTest {
  private final ScannerProcesses scanners = new ScannerProcesses();

  @Test
  void areEmptyAtFirst() {
    assertThat(scanners.scanners()).isEmpty();
  }

  @Test
  void learnEachScannerOnce() {
    scanners.add(this, new Scanner("/usr/sbin/clamd", 102));
    scanners.add(this, new Scanner("/usr/sbin/clamd", 102));
    scanners.add(this, new Scanner("/usr/sbin/clamd", 0));

    assertThat(scanners.scanners())
        .containsExactly(new Scanner("/usr/sbin/clamd", 102), new Scanner("/usr/sbin/clamd", 0));
  }

  @Test
  void compareTheWholePathOfAProgram() {
    Scanner scanner = new Scanner("/usr/sbin/clamd", 102);
    byte[] path = "/usr/sbin/clamdx".getBytes(StandardCharsets.US_ASCII);

    assertThat(scanner.runs(path, 15)).isTrue();
    assertThat(scanner.runs(path, 16)).isFalse();
    assertThat(scanner.runs(path, 14)).isFalse();
    assertThat(scanner.runs(path, -1)).isFalse();
  }

  @Test
  void knowOurOwnByItsNumberOnceItIsStarted() {
    assertThat(scanners.mayBeEmbedded(7)).isFalse();

    scanners.expectEmbedded();
    assertThat(scanners.mayBeEmbedded(7)).isTrue();
    assertThat(scanners.mayBeEmbedded(0)).isFalse();

    scanners.setEmbedded(8);
    assertThat(scanners.mayBeEmbedded(7)).isFalse();
    assertThat(scanners.mayBeEmbedded(8)).isTrue();

    scanners.clearEmbedded();
    assertThat(scanners.mayBeEmbedded(8)).isFalse();
    assertThat(scanners.mayBeEmbedded(-1)).isFalse();
  }
}
