package io.nacre.engine.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "build, build, true",
        "build, Build, false",
        "build, builds, false",
        "build, rebuild, false",
        "*.iso, a.iso, true",
        "*.iso, .iso, true",
        "*.iso, a.iso.txt, false",
        "*.iso, aiso, false",
        "*, a, true",
        "*, .hidden, true",
        "a*, a, true",
        "a*b*c, abc, true",
        "a*b*c, a-b-b-c, true",
        "a*b*c, a-c-b, false",
        "*a*, bab, true",
        "*a*, bb, false",
        "*ab, aab, true",
        "*abab, ababab, true",
        "?, a, true",
        "?, ab, false",
        "a?c, abc, true",
        "a?c, ac, false",
        "?*, a, true",
        "*?, abc, true",
        "*??, a, false",
        "\\*, *, true",
        "\\*, a, false",
        "a\\?, a?, true",
        "a\\?, ab, false",
        "\\[x\\], [x], true",
        "\\\\, \\, true",
        "\\a, a, true",
        "caf\u00e9, caf\u00e9, true",
        "caf\u00e9, cafe\u0301, false",
      })
  void matchesAName(String pattern, String name, boolean expected) {
    assertThat(matches(pattern, name.getBytes(UTF_8))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "?, \u00e9, true",
    "?, \u20ac, true",
    "?, \ud83d\ude00, true",
    "??, \u20ac, false",
    "*??, \u20ac, false",
    "*??, a\u20ac, true",
    "*?\u20ac, \u20ac\u20ac, true",
    "*\u20ac, \u20ac\u20ac, true",
    "?\u20ac?, \ud83d\ude00\u20ac\u00e9, true",
  })
  void takesASequenceOfUtf8ForOneCharacter(String pattern, String name, boolean expected) {
    assertThat(matches(pattern, name.getBytes(UTF_8))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00e9", "\u00ff", "\u0080", "\u00e2", "\u00f8", "\u00c0"})
  void takesAByteThatIsNotUtf8ForOneCharacter(String latin1) {
    assertThat(matches("?", latin1.getBytes(ISO_8859_1))).isTrue();
    assertThat(matches("a?b", ("a" + latin1 + "b").getBytes(ISO_8859_1))).isTrue();
    assertThat(matches("??", (latin1 + latin1).getBytes(ISO_8859_1))).isTrue();
    assertThat(matches("*b", (latin1 + "b").getBytes(ISO_8859_1))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "?", "a", "*?"})
  void matchesNoNameThatIsEmpty(String pattern) {
    assertThat(matches(pattern, new byte[0])).isFalse();
  }

  @Test
  void looksAtNothingAroundTheName() {
    byte[] path = "/a/name/b".getBytes(UTF_8);

    assertThat(NamePattern.parse("n*e").matches(path, 3, 7)).isTrue();
    assertThat(NamePattern.parse("n*b").matches(path, 3, 7)).isFalse();
    assertThat(NamePattern.parse("*a").matches(path, 1, 2)).isTrue();
    assertThat(NamePattern.parse("?").matches("\u20ac".getBytes(UTF_8), 0, 1)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[ab] | [ is not understood; a backslash makes a special character literal: \\[",
        "a] | ] is not understood; a backslash makes a special character literal: \\]",
        "*.{a,b} | { is not understood; a backslash makes a special character literal: \\{",
        "} | } is not understood; a backslash makes a special character literal: \\}",
        "a** | ** stands for whole names, between slashes: /**/",
        "*** | ** stands for whole names, between slashes: /**/",
        "a\\ | a backslash stands in front of the character that it makes literal: \\*, \\\\",
      })
  void saysWhyANameIsNoPattern(String name, String problem) {
    assertThatThrownBy(() -> NamePattern.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "*", "a?b", "\\", "[x]", "{a,b}", "a\\*b", "caf\u00e9", "**"})
  void meansAnyNameLiterallyIfAsked(String name) {
    NamePattern literal = NamePattern.parse(NamePattern.literal(name));

    assertThat(literal.isLiteral()).isTrue();
    assertThat(literal.name()).isEqualTo(name);
    assertThat(matches(NamePattern.literal(name), name.getBytes(UTF_8))).isTrue();
    assertThat(matches(NamePattern.literal(name), "other".getBytes(UTF_8))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "*, true",
    "?*, true",
    "*?, true",
    "?, false",
    "*?*?, false",
    "*a, false",
    "a, false"
  })
  void knowsThatEveryNameMatches(String pattern, boolean expected) {
    assertThat(NamePattern.parse(pattern).isEveryName()).isEqualTo(expected);
  }

  /** Without a bound, this pattern and name would take longer than there is time. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void isSoonDoneWithAHostileName() {
    byte[] name = "a".repeat(4000).getBytes(UTF_8);

    for (int i = 0; i < 100; i++) {
      assertThat(matches("*a".repeat(30) + "*b", name)).isFalse();
      assertThat(matches("?*".repeat(30) + "b", name)).isFalse();
    }
  }

  @Test
  void agreesWithTheGlobsOfJava() {
    Random random = new Random(1);
    for (int round = 0; round < 20_000; round++) {
      String pattern = any(random, "ab*?", 1 + random.nextInt(8)).replaceAll("\\*+", "*");
      PathMatcher java = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      String name = any(random, "ab", 1 + random.nextInt(10));

      assertThat(matches(pattern, name.getBytes(UTF_8)))
          .as("%s on %s", pattern, name)
          .isEqualTo(java.matches(Path.of(name)));
    }
  }

  private static String any(Random random, String letters, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  private static boolean matches(String pattern, byte[] name) {
    return NamePattern.parse(pattern).matches(name, 0, name.length);
  }
}
