package io.nacre.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExcludePatternTest {
  private static final Path NONE = Path.of("/no/such");

  @TempDir Path temporary;

  private Path inside;

  @BeforeEach
  void create() throws IOException {
    inside = Files.createDirectory(temporary.toRealPath().resolve("srv"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "/no/such/a, /no/such/a",
        "/no/such/a/, /no/such/a",
        "/no/such//a/./b/../c, /no/such/a/c",
        "/no/such/*.iso, /no/such/*.iso",
        "/no/such/a/*/b/, /no/such/a/*/b",
        "/no/such/**/b, /no/such/**/b",
        "/no/such/a/**, /no/such/a/**",
        "/no/such/a\\*, /no/such/a\\*",
        "/no/such/\\a\\[1\\]/*, /no/such/a\\[1\\]/*",
        "/no/such/*/\\[x, /no/such/*/\\[x",
        "node_modules, /no/such/**/node_modules",
        "node_modules/, /no/such/**/node_modules",
        "*.iso, /no/such/**/*.iso",
        "a/b, /no/such/**/a/b",
        "**/b, /no/such/**/**/b",
        "\\*, /no/such/**/\\*",
        "*/tmp, /no/such/**/*/tmp",
      })
  void isAPatternBelowTheProtectedPath(String text, String pattern) {
    assertThat(ExcludePattern.resolve(text, NONE)).isEqualTo(pattern);
  }

  @Test
  void canBeAnywhereBelowTheRootDirectory() {
    assertThat(ExcludePattern.resolve("/no/such", Path.of("/"))).isEqualTo("/no/such");
    assertThat(ExcludePattern.resolve("/*/such", Path.of("/"))).isEqualTo("/*/such");
    assertThat(ExcludePattern.resolve("*.iso", Path.of("/"))).isEqualTo("/**/*.iso");
  }

  @Test
  void followsLinksUpToTheFirstWildcard() throws IOException {
    Path link = Files.createSymbolicLink(temporary.resolve("link"), inside);
    Path inner = Files.createDirectory(inside.resolve("inner"));
    Files.createSymbolicLink(inside.resolve("here"), inner);

    assertThat(ExcludePattern.resolve(link + "/a", inside)).isEqualTo(inside + "/a");
    assertThat(ExcludePattern.resolve(link + "/*.iso", inside)).isEqualTo(inside + "/*.iso");
    assertThat(ExcludePattern.resolve(link + "/here", inside)).isEqualTo(inner.toString());
    assertThat(ExcludePattern.resolve(link + "/here/*/x", inside)).isEqualTo(inner + "/*/x");
    assertThat(ExcludePattern.resolve(link + "/h*/here", inside)).isEqualTo(inside + "/h*/here");
  }

  @Test
  void meansTheCharactersOfALinksTargetThemselves() throws IOException {
    Path odd = Files.createDirectory(inside.resolve("a*[b]"));
    Files.createSymbolicLink(inside.resolve("link"), odd);

    assertThat(ExcludePattern.resolve(inside + "/link/*", inside))
        .isEqualTo(inside + "/a\\*\\[b\\]/*");
    assertThat(ExcludePattern.resolve("x", odd)).isEqualTo(inside + "/a\\*\\[b\\]/**/x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/no", "/no/such", "/no/such/..", "/no/such2/a", "/no/*/a", "/**/a", "/*"})
  void mustLieBelowTheProtectedPath(String text) {
    assertRefused(text, NONE, text + " does not lie below /no/such");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "**",
        "**/*",
        "?*",
        "/no/such/*",
        "/no/such/**",
        "/no/such/**/*?",
        "/no/such/**/**"
      })
  void mustLeaveSomethingToProtect(String text) {
    assertRefused(text, NONE, text + " leaves nothing of /no/such to protect");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?", "*/*", "*/**", "/no/such/*/**", "/no/such/a/**", "/no/such/?"})
  void mayLeaveLittleToProtect(String text) {
    assertThat(ExcludePattern.resolve(text, NONE)).startsWith("/no/such/");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "/no/such/[a] | [ is not understood; a backslash makes a special character literal: \\[",
        "a{b,c} | { is not understood; a backslash makes a special character literal: \\{",
        "/no/such/*/[a] | [ is not understood; a backslash makes a special character literal: \\[",
        "/no/such/a** | ** stands for whole names, between slashes: /**/",
        "/no/such/*/.. | the names . and .. cannot stand in a pattern",
        "../x | the names . and .. cannot stand in a pattern",
        "./x | the names . and .. cannot stand in a pattern",
        "a\\/b | a backslash stands in front of the character that it makes literal: \\*, \\\\",
      })
  void mustBeAPattern(String text, String problem) {
    assertRefused(text, NONE, text + ": " + problem);
  }

  @Test
  void mustBeWhatAPathCanHold() {
    assertRefused("", NONE, "\"\" names nothing below /no/such");
    assertRefused("/", NONE, "\"/\" names nothing below /no/such");
    assertRefused("a\0b", NONE, "holds what no path can hold");
    assertRefused("a\ud800", NONE, "holds what no path can hold");
  }

  private static void assertRefused(String text, Path inside, String message) {
    assertThatThrownBy(() -> ExcludePattern.resolve(text, inside))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
