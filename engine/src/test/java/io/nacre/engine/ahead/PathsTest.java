package io.nacre.engine.ahead;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathsTest {
  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/c, /a",
    "/a/b/c, /a/d, /a",
    "/a, /b, /",
    "/ab/c, /a/c, /",
    "/a/b, /a/b/c, /a"
  })
  void findsTheDirectoryThatTwoFilesAreBelow(String path, String other, String common) {
    assertThat(Paths.common(path, other)).isEqualTo(common);
    assertThat(Paths.common(other, path)).isIn(common, path);
  }

  @Test
  void takesPathsApart() {
    assertThat(Paths.parent("/a")).isEqualTo("/");
    assertThat(Paths.parent("/a/b")).isEqualTo("/a");
    assertThat(Paths.child("/", "a")).isEqualTo("/a");
    assertThat(Paths.child("/a", "b")).isEqualTo("/a/b");
    assertThat(Paths.name("/a/b")).isEqualTo("b");
    assertThat(Paths.nameIn("/", "/a/b")).isEqualTo("a");
    assertThat(Paths.nameIn("/a", "/a/b/c")).isEqualTo("b");
    assertThat(Paths.depth("/a", "/a/b")).isZero();
    assertThat(Paths.depth("/a", "/a/b/c/d")).isEqualTo(2);
  }

  @Test
  void knowsWhatIsBelow() {
    assertThat(Paths.isBelow("/a/b", "/a")).isTrue();
    assertThat(Paths.isBelow("/ab", "/a")).isFalse();
    assertThat(Paths.isBelow("/a", "/a")).isFalse();
    assertThat(Paths.isBelow("/a", "/")).isTrue();
  }
}
