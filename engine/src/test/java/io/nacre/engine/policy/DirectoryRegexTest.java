package io.nacre.engine.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectoryRegexTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "/home/a /home/a true",
        "/home/a /home/a/b/c true",
        "/home/a /srv/home/ab true", // anywhere
        "^/home/a /srv/home/a false",
        "^/home/a$ /home/a true",
        "^/home/a$ /home/a/b true", // what is below a directory that matches
        "^/home/a$ /home/ab false",
        "a$ /home/ba/x true",
        "^/home/(a|b)$ /home/b/x true",
        "^/home/(a$|b$) /home/b/x true",
        "^/home/(a|b$) /home/bc false",
        "^/home/a/ /home/a true", // the slash behind the directory
        "^/home/a/ /home/ab false",
        "^/$ / true",
        "cache. /x/cache false",
        "\\.git$ /x/.git true",
        "\\.git$ /x/agit false",
        "[]a]x /ax true",
        "[^]a]x /ax false",
        "[\\]x /\\x true",
        "[a-]x /-x true",
        "[[:digit:]]+x /a12x true",
        "^/a{2,3}$ /aaa true",
        "^/a{2,3}$ /aaaa false",
        "a{ /a{b true",
        "^/ä.$ /äb true",
        "a?b+c* /b true",
      })
  void matchesAnywhereInADirectoryOrOneAboveIt(String regex, String path, boolean matches) {
    assertThat(matches(regex, path)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "(a)\\1 ~ back reference",
        "[[=a=]] ~ not understood",
        "[[.a.]] ~ not understood",
        "[[:letter:]] ~ no class",
        "[[:<:]]a ~ no class",
        "a** ~ no repeat",
        "a+? ~ no repeat",
        "*a ~ what is repeated",
        "(?i)a ~ what is repeated",
        "^* ~ what is repeated",
        "\\da ~ means nothing",
        "(a ~ has no )",
        "a) ~ has no (",
        "[a ~ has no ]",
        "a\\ ~ ends with a backslash",
        "a||b ~ is empty",
        "() ~ is empty",
        "a| ~ is empty",
        "'' ~ is empty",
        "a$b ~ behind a $",
        "(a$)b ~ behind a $",
        "a{3,2} ~ from less to more",
        "a{256} ~ 255",
        "a{1,b} ~ a repeat is written",
        "[z-a] ~ range",
      })
  void refusesWhatItWouldUnderstandInAnotherWay(String regex, String why) {
    assertThatThrownBy(() -> DirectoryRegex.parse(regex))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void takesBytesThatAreNoUtf8() {
    byte[] path = "/a/x/b".getBytes(StandardCharsets.ISO_8859_1);
    path[3] = (byte) 0xf0; // would be the first of four bytes

    assertThat(DirectoryRegex.parse("^/a/./b$").matches(path, path.length)).isTrue();
  }

  @Test
  void endsSoonWhateverTheNames() {
    byte[] path = ("/" + "a".repeat(250)).repeat(16).getBytes(StandardCharsets.ISO_8859_1);

    assertThat(DirectoryRegex.parse("(a+)+(a+)+b").matches(path, path.length)).isFalse();
  }

  private static boolean matches(String regex, String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    return DirectoryRegex.parse(regex).matches(bytes, bytes.length);
  }
}
