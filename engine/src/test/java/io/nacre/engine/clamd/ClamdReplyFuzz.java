package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nacre.engine.config.Transport;
import io.nacre.engine.verdict.Verdict;
import java.nio.charset.StandardCharsets;

/** Whatever clamd says, nothing but its complete OK is clean, and no line is too odd. */
class ClamdReplyFuzz {
  private static final String OK = "[1-9][0-9]{0,8}: fd\\[[0-9]{1,10}\\]: OK";
  private static final String FOUND = "(?s)[1-9][0-9]{0,8}: fd\\[[0-9]{1,10}\\]: .+ FOUND";

  @FuzzTest
  void takesNothingElseForAVerdict(byte[] said) {
    String line = new String(said, StandardCharsets.UTF_8);

    Verdict verdict = ClamdReply.parse(line).verdict(Transport.FD);

    assertThat(verdict instanceof Verdict.Clean).isEqualTo(line.matches(OK));
    assertThat(verdict instanceof Verdict.Infected).isEqualTo(line.matches(FOUND));
  }
}
