package io.nacre.engine.clamd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.config.Transport;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClamdReplyTest {
  private static final Pattern CLEAN = Pattern.compile("[1-9][0-9]{0,8}: fd\\[[0-9]+\\]: OK");

  @ParameterizedTest
  @ValueSource(strings = {"1: fd[3]: OK", "1: fd[0]: OK", "1: fd[123456]: OK"})
  void isCleanOnlyForACompleteOk(String line) {
    ClamdReply reply = ClamdReply.parse(line);

    assertThat(reply.id()).isEqualTo(1);
    assertThat(verdict(reply)).isEqualTo(new Verdict.Clean());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1: fd[3]: Eicar-Test-Signature FOUND | Eicar-Test-Signature",
        "1: fd[3]: Win.Test.EICAR_HDB-1 FOUND | Win.Test.EICAR_HDB-1",
        "1: fd[3]: a name with blanks FOUND | a name with blanks",
        "1: fd[3]: OK FOUND | OK",
        "1: fd[3]: x: OK FOUND | x: OK",
        "1: fd[3]: FOUND FOUND | FOUND",
        "1: fd[3]: some ERROR FOUND | some ERROR",
        "1: fd[3]: 2: fd[4]: OK FOUND | 2: fd[4]: OK",
        "1: fd[3]: Schädling.Nr-1 FOUND | Schädling.Nr-1",
      })
  void isInfectedWithWhateverStandsBeforeFound(String line, String signature) {
    assertThat(verdict(ClamdReply.parse(line))).isEqualTo(new Verdict.Infected(signature));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1: fd[3]: Can't allocate memory ERROR",
        "1: fd[3]: Can't open file or directory ERROR",
        "1: fd[3]: Not a regular file ERROR",
        "1: fd[3]: CL_ETIMEOUT: Time limit reached ERROR",
        "1: fd[3]: Error writing to temporary file ERROR",
        "1: fd[3]: Empty file",
        "1: fd[3]: Excluded",
        "1: fd[3]: FOUND",
        "1: fd[3]: foundFOUND",
        "1: fd[3]: found",
        "1: fd[3]: OK ERROR",
        "1: fd[3]: ok",
        "1: fd[3]: OK.",
        "1: fd[3]: OK ",
        "1: fd[3]:  OK",
        "1: fd[3]: NOK",
        "1: fd[3]: x OK",
        "1: fd[3]: OK\n",
        "1: fd[3]: OK\u0000",
        "1: fd[3]: OK\u00002: fd[3]: OK",
        "1: fd[3]: Eicar FOUND\n",
        "1: fd[3]: Eicar FOUND ",
        "1: fd[3]:OK",
        "1: fd[]: OK",
        "1: fd[-1]: OK",
        "1: fd[x]: OK",
        "1: fd3: OK",
        "1: fd[3]: ",
        "1: OK",
        "1: stream: OK",
        "1: : OK",
        "1: No file descriptor received. ERROR",
        "1: Only nCMDS\\n and zCMDS\\0 are accepted inside IDSESSION. ERROR",
        "1: Error processing command. ERROR",
        "1: PONG",
        "1: ClamAV 1.4.3/27700/Mon Jul 14 08:35:02 2025",
        "1: fd[99999999999]: OK",
        "1: /srv/f: OK",
        "1: fd[3]: fd[3]: OK",
        "1: INSTREAM size limit exceeded. ERROR",
      })
  void isUnscannedForAnyOtherResult(String line) {
    ClamdReply reply = ClamdReply.parse(line);

    assertThat(reply.id()).isEqualTo(1);
    assertUnscanned(reply, line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\n",
        "OK",
        "FOUND",
        ": OK",
        "fd[3]: OK",
        "fd[3]: Eicar FOUND",
        "fd[3]: : FOUND",
        "stream: OK",
        "/srv/f: OK",
        "0: fd[3]: OK",
        "-1: fd[3]: OK",
        "+1: fd[3]: OK",
        "01: fd[3]: OK",
        " 1: fd[3]: OK",
        "1 : fd[3]: OK",
        "1:fd[3]: OK",
        "x: fd[3]: OK",
        "4294967297: fd[3]: OK",
        "99999999999999999999999: fd[3]: OK",
        "\u0661: fd[3]: OK", // a digit, but not an ASCII one
        "\n1: fd[3]: OK",
        "UNKNOWN COMMAND",
        "COMMAND READ TIMED OUT\n",
        "Command invalid inside IDSESSION. ERROR",
        "PROTOCOL ERROR: ancillary data sent without FILDES. ERROR",
      })
  void answersNoCommandIfItIsNotUnderstood(String line) {
    ClamdReply reply = ClamdReply.parse(line);

    assertThat(reply.id()).isEqualTo(ClamdReply.NO_ID);
    assertUnscanned(reply, line);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "7, 7", "10, 10", "999999999, 999999999"})
  void saysWhichCommandItAnswers(String id, int expected) {
    assertThat(ClamdReply.parse(id + ": fd[3]: OK").id()).isEqualTo(expected);
  }

  @Test
  void keepsANewlineWithinASignature() {
    assertThat(verdict(ClamdReply.parse("1: fd[3]: a\nb FOUND")))
        .isEqualTo(new Verdict.Infected("a\nb"));
  }

  @Test
  void repeatsWhatClamdSaid() {
    assertThat(verdict(ClamdReply.parse("1: fd[3]: Can't allocate memory ERROR")))
        .isEqualTo(
            new Verdict.Unscanned(
                FallbackReason.CLAMD_ERROR, "clamd sent '1: fd[3]: Can't allocate memory ERROR'"));
  }

  @Test
  void repeatsOnlyTheStartOfALongLine() {
    Verdict verdict = verdict(ClamdReply.parse("x".repeat(100_000)));

    assertThat(verdict)
        .isEqualTo(
            new Verdict.Unscanned(
                FallbackReason.CLAMD_ERROR, "clamd sent '" + "x".repeat(200) + "…'"));
  }

  @Test
  void isNeverCleanForGarbage() {
    Random random = new Random(20_250_731);
    String[] pieces = {
      "1", "0", "9", ": ", ":", " ", "fd[", "]", "3", "OK", "FOUND", "ERROR", "\n", "\0", "é",
      "Eicar",
    };
    for (int i = 0; i < 200_000; i++) {
      StringBuilder line = new StringBuilder();
      for (int length = random.nextInt(10); length > 0; length--) {
        line.append(pieces[random.nextInt(pieces.length)]);
      }

      assertCleanOnlyIfItSaysSo(line.toString());
    }
  }

  @Test
  void isNeverCleanForADamagedOk() {
    Random random = new Random(20_250_731);
    for (int i = 0; i < 100_000; i++) {
      byte[] line = "1: fd[3]: OK".getBytes(UTF_8);
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        line[random.nextInt(line.length)] = (byte) random.nextInt(256);
      }

      assertCleanOnlyIfItSaysSo(new String(line, UTF_8));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "STREAM, 1: stream: OK",
    "FD, 1: fd[3]: OK",
  })
  void isCleanForACompleteOkToItsTransport(Transport transport, String line) {
    assertThat(ClamdReply.parse(line).verdict(transport)).isEqualTo(new Verdict.Clean());
  }

  @ParameterizedTest
  @CsvSource({
    "STREAM, 1: fd[3]: OK",
    "STREAM, 1: /srv/f: OK",
    "STREAM, 1: stream: stream: OK",
    "STREAM, 1: stream: OK ERROR",
    "STREAM, 1: stream:OK",
    "STREAM, 1: OK",
    "FD, 1: stream: OK",
    "FD, 1: /srv/f: OK",
    "FD, 1: /srv/f: Excluded",
    "FD, 1: /srv/f: File path check failure: No such file or directory. ERROR",
    "FD, 1: INSTREAM size limit exceeded. ERROR",
  })
  void isUnscannedForTheReplyToAnotherTransport(Transport transport, String line) {
    assertThat(ClamdReply.parse(line).verdict(transport))
        .isEqualTo(new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, "clamd sent '" + line + "'"));
  }

  @Test
  void tellsAStreamThatIsTooBigFromAnyOtherError() {
    ClamdReply reply = ClamdReply.parse("1: INSTREAM size limit exceeded. ERROR");

    assertThat(reply.verdict(Transport.STREAM))
        .isEqualTo(
            new Verdict.Unscanned(FallbackReason.OVERSIZE, "bigger than clamd's StreamMaxLength"));
    assertThat(ClamdReply.parse("INSTREAM size limit exceeded. ERROR").verdict(Transport.STREAM))
        .isInstanceOfSatisfying(
            Verdict.Unscanned.class,
            unscanned -> assertThat(unscanned.reason()).isEqualTo(FallbackReason.CLAMD_ERROR));
  }

  private static Verdict verdict(ClamdReply reply) {
    return reply.verdict(Transport.FD);
  }

  private static void assertCleanOnlyIfItSaysSo(String line) {
    boolean clean = verdict(ClamdReply.parse(line)) instanceof Verdict.Clean;

    assertThat(clean).as(line).isEqualTo(CLEAN.matcher(line).matches());
  }

  private static void assertUnscanned(ClamdReply reply, String line) {
    assertThat(verdict(reply))
        .isEqualTo(new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, "clamd sent '" + line + "'"));
  }
}
