package io.nacre.engine.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/srv/f",
        "/srv/with blanks and \"quotes\"",
        "/srv/caf\u00e9",
        "/srv/\u6587\u4ef6",
        "/srv/\ud83d\udc1a", // a shell, beyond the first plane
      })
  void leavesPlainTextAlone(String text) {
    assertThat(Printable.of(text)).isEqualTo(text);
    assertThat(Printable.of(text.getBytes(UTF_8))).isEqualTo(text);
  }

  @Test
  void escapesWhatWouldForgeALogLine() {
    assertThat(Printable.of("/srv/a\nWARN denied /etc\r\0"))
        .isEqualTo("/srv/a\\x0aWARN denied /etc\\x0d\\x00");
  }

  @Test
  void escapesWhatWouldDriveATerminal() {
    assertThat(Printable.of("\033[2J\007\177\u009b2J")).isEqualTo("\\x1b[2J\\x07\\x7f\\x9b2J");
  }

  @ParameterizedTest
  @CsvSource({
    "202E, right-to-left override",
    "200F, right-to-left mark",
    "200B, zero width space",
    "FEFF, byte order mark",
    "2028, line separator",
    "2029, paragraph separator",
    "E0041, tag",
  })
  void escapesWhatCannotBeSeen(String hex, String name) {
    int codePoint = Integer.parseInt(hex, 16);
    String text = "a" + Character.toString(codePoint) + "b";

    assertThat(Printable.of(text))
        .as(name)
        .isEqualTo("a\\u{" + hex.toLowerCase(Locale.ROOT) + "}b");
  }

  @Test
  void escapesTheEscapeItself() {
    assertThat(Printable.of("a\\x0ab")).isEqualTo("a\\x5cx0ab");
    assertThat(Printable.of("a\\x0ab".getBytes(UTF_8))).isEqualTo("a\\x5cx0ab");
  }

  @Test
  void escapesHalfACharacter() {
    assertThat(Printable.of("a\ud83db")).isEqualTo("a\\u{d83d}b");
  }

  @Test
  void showsTheBytesOfANameThatIsNotUtf8() {
    byte[] latin1 = "/srv/caf\u00e9\n\\".getBytes(ISO_8859_1);

    assertThat(Printable.of(latin1)).isEqualTo("/srv/caf\\xe9\\x0a\\x5c");
  }

  @Test
  void printsNothingButPrintableText() {
    Random random = new Random(20_250_731);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);

      String printed = Printable.of(bytes);

      assertThat(printed.codePoints())
          .allMatch(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT);
    }
  }
}
