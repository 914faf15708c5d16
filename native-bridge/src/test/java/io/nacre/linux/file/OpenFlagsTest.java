package io.nacre.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenFlagsTest {

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "x86_64"})
  void hasTheNumbersOfX86(String osArch) {
    assertThat(OpenFlags.of(osArch)).isEqualTo(new OpenFlags.Abi(0x10000, 0x20000, 0x8000));
  }

  @Test
  void hasTheNumbersOfAarch64() {
    assertThat(OpenFlags.of("aarch64")).isEqualTo(new OpenFlags.Abi(0x4000, 0x8000, 0x20000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "arm", "riscv64", "AMD64"})
  void refusesAProcessorItDoesNotKnow(String osArch) {
    assertThatThrownBy(() -> OpenFlags.of(osArch))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("processor " + osArch);
  }

  @Test
  void usesTheNumbersOfThisProcessor() {
    OpenFlags.Abi ours = OpenFlags.of(System.getProperty("os.arch"));

    assertThat(OpenFlags.O_DIRECTORY).isEqualTo(ours.directory());
    assertThat(OpenFlags.O_NOFOLLOW).isEqualTo(ours.noFollow());
    assertThat(OpenFlags.O_LARGEFILE).isEqualTo(ours.largeFile());
  }
}
