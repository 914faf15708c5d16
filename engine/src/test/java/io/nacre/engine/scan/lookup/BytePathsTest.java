package io.nacre.engine.scan.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytePathsTest {
  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/c, /a",
    "/a/b/c, /a/d, /a",
    "/a, /b, /",
    "/ab/c, /a/c, /",
    "/a/b, /a/b/c, /a"
  })
  void findsTheDirectoryThatTwoFilesAreBelow(String path, String other, String common) {
    assertThat(BytePaths.common(path, other)).isEqualTo(common);
    assertThat(BytePaths.common(other, path)).isIn(common, path);
  }

  @Test
  void takesPathsApart() {
    assertThat(BytePaths.parent("/a")).isEqualTo("/");
    assertThat(BytePaths.parent("/a/b")).isEqualTo("/a");
    assertThat(BytePaths.child("/", "a")).isEqualTo("/a");
    assertThat(BytePaths.child("/a", "b")).isEqualTo("/a/b");
    assertThat(BytePaths.name("/a/b")).isEqualTo("b");
    assertThat(BytePaths.nameIn("/", "/a/b")).isEqualTo("a");
    assertThat(BytePaths.nameIn("/a", "/a/b/c")).isEqualTo("b");
    assertThat(BytePaths.depth("/a", "/a/b")).isZero();
    assertThat(BytePaths.depth("/a", "/a/b/c/d")).isEqualTo(2);
  }

  @Test
  void knowsWhatIsBelow() {
    assertThat(BytePaths.isBelow("/a/b", "/a")).isTrue();
    assertThat(BytePaths.isBelow("/ab", "/a")).isFalse();
    assertThat(BytePaths.isBelow("/a", "/a")).isFalse();
    assertThat(BytePaths.isBelow("/a", "/")).isTrue();
  }
}
