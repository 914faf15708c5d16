package io.nacre.linux.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilityTest {

  @ParameterizedTest
  @CsvSource({
    "0000000000000000, false, false",
    "0000000000000004, true, false",
    "0000000000200000, false, true",
    "0000000000200004, true, true",
    "000001ffffffffff, true, true",
    "000001ffffdffffb, false, false",
    "ffffffffffffffff, true, true"
  })
  void readsTheEffectiveSet(String mask, boolean readSearch, boolean admin) {
    List<String> status = status("0000000000000000", mask);

    assertThat(Capability.CAP_DAC_READ_SEARCH.isIn(status)).isEqualTo(readSearch);
    assertThat(Capability.CAP_SYS_ADMIN.isIn(status)).isEqualTo(admin);
  }

  @Test
  void doesNotCountThePermittedSet() {
    List<String> status = status("ffffffffffffffff", "0000000000000000");

    assertThat(Capability.CAP_SYS_ADMIN.isIn(status)).isFalse();
  }

  @Test
  void isInNoStatusWithoutTheLine() {
    assertThat(Capability.CAP_SYS_ADMIN.isIn(List.of())).isFalse();
    assertThat(Capability.CAP_SYS_ADMIN.isIn(List.of("Name:\tjava"))).isFalse();
  }

  @Test
  void readsTheSetOfThisProcess() throws IOException {
    List<String> status = Files.readAllLines(Path.of("/proc/self/status"));

    assertThat(Capability.CAP_SYS_ADMIN.isEffective())
        .isEqualTo(Capability.CAP_SYS_ADMIN.isIn(status));
  }

  private static List<String> status(String permitted, String effective) {
    return List.of(
        "Name:\tjava",
        "CapInh:\t0000000000000000",
        "CapPrm:\t" + permitted,
        "CapEff:\t" + effective,
        "CapBnd:\tffffffffffffffff");
  }
}
