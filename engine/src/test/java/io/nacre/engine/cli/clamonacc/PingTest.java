package io.nacre.engine.cli.clamonacc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.config.ClamdAddress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PingTest {
  @TempDir private Path directory;

  @Test
  void understandsAttemptsAndTheInterval() {
    assertThat(Ping.parse("3")).contains(new Ping(3, 1));
    assertThat(Ping.parse("3:0")).contains(new Ping(3, 0));
    assertThat(Ping.parse("120:10")).contains(new Ping(120, 10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "a", "3:", "3:x", ":1", "3:1:1", "9999999999"})
  void refusesEverythingElse(String text) {
    assertThat(Ping.parse(text)).isEmpty();
  }

  @Test
  void endsAfterItsAttempts() throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ClamdAddress silent = new ClamdAddress.Unix(directory.resolve("none").toString());

    boolean answered =
        new Ping(3, 0).await(List.of(silent), new PrintStream(out, true, StandardCharsets.UTF_8));

    assertThat(answered).isFalse();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("PINGing again in 0 seconds\nPINGing again in 0 seconds\n");
  }
}
