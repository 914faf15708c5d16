package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClamdArgumentsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-c a.conf",
        "-ca.conf",
        "-Fc a.conf",
        "--config-file a.conf",
        "--config-file=a.conf",
        "--conf=a.conf",
        "--foreground=true -p pid -c a.conf",
        "-l -c -c a.conf",
        "-c b.conf -c a.conf",
        "-c a.conf -- -c b.conf"
      })
  void namesAConfiguration(String line) {
    assertThat(of(line).configuration()).contains("a.conf");
    assertThat(of(line).database()).isEmpty();
  }

  @Test
  void mayNameNone() {
    assertThat(of("--foreground=true").configuration()).isEmpty();
    assertThat(of("-F -c").configuration()).isEmpty();
    assertThat(ClamdArguments.of("").configuration()).isEmpty();
  }

  @Test
  void mayNameTheDirectoryItself() {
    assertThat(of("--datadir=/x -c a.conf").database()).contains("/x");
  }

  private static ClamdArguments of(String line) {
    return ClamdArguments.of("clamd\0" + line.replace(' ', '\0') + "\0");
  }
}
