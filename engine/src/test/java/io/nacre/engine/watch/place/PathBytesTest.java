package io.nacre.engine.watch.place;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathBytesTest {
  private static final byte[] NOT_UTF_8 = "/caf\u00e9".getBytes(ISO_8859_1);

  @ParameterizedTest
  @CsvSource({
    "/srv/a, /srv, true",
    "/srv/a/b, /srv, true",
    "/srv, /srv, false",
    "/srvx, /srv, false",
    "/srv-a/b, /srv, false",
    "/sr, /srv, false",
    "/, /srv, false",
    "/srv, /, true",
    "/srv/a, /, true",
    "/, /, false",
    "/srv/b, /srv/a, false",
  })
  void liesBelowThoseThatItGoesOnFrom(String path, String above, boolean isBelow) {
    assertThat(PathBytes.of(path).isBelow(PathBytes.of(above))).isEqualTo(isBelow);
  }

  @ParameterizedTest
  @CsvSource({"/srv/a/b, /srv/a", "/srv/a, /srv", "/srv, /", "/, /"})
  void hasAParent(String path, String parent) {
    assertThat(PathBytes.of(path).parent()).isEqualTo(PathBytes.of(parent));
  }

  @ParameterizedTest
  @CsvSource({"/srv/a/b, b", "/srv, srv", "/, ''"})
  void hasALastName(String path, String name) {
    assertThat(PathBytes.of(path).name()).isEqualTo(bytes(name));
  }

  @ParameterizedTest
  @CsvSource({"/srv, a, /srv/a", "/, a, /a", "/srv/a, .., /srv/a/.."})
  void hasChildren(String path, String name, String child) {
    assertThat(PathBytes.of(path).child(bytes(name))).isEqualTo(PathBytes.of(child));
  }

  @ParameterizedTest
  @CsvSource({"/srv/a/b, /srv, a/b", "/srv/a, /, srv/a", "/srv, /srv, ''", "/, /, ''", "/a, /, a"})
  void isRelativeToThoseAboveIt(String path, String above, String relative) {
    assertThat(PathBytes.of(path).relativeTo(PathBytes.of(above))).isEqualTo(bytes(relative));
  }

  @Test
  void isTheChildOfItsParent() {
    for (String text : List.of("/srv", "/srv/a", "/srv/a/b c")) {
      PathBytes path = PathBytes.of(text);

      assertThat(path.parent().child(path.name())).isEqualTo(path);
      assertThat(path.isBelow(path.parent())).isTrue();
    }
  }

  @Test
  void keepsBytesThatAreNotUtf8() {
    PathBytes path = PathBytes.of(NOT_UTF_8);

    assertThat(path.bytes()).isEqualTo(NOT_UTF_8);
    assertThat(path).isNotEqualTo(PathBytes.of("/caf\u00e9"));
    assertThat(path.child(new byte[] {(byte) 0xff}).name()).containsExactly(0xff);
    assertThat(path).hasToString("/caf\ufffd");
  }

  @Test
  void doesNotChangeWithTheBytesItWasMadeOf() {
    byte[] bytes = bytes("/srv");
    PathBytes path = PathBytes.of(bytes);

    bytes[1] = 'x';

    assertThat(path).isEqualTo(PathBytes.of("/srv"));
  }

  @Test
  void isEqualToTheSamePathOnly() {
    PathBytes path = PathBytes.of("/srv");

    assertThat(path).isEqualTo(PathBytes.of("/srv")).hasSameHashCodeAs(PathBytes.of("/srv"));
    assertThat(path).isNotEqualTo(PathBytes.of("/srw")).isNotEqualTo("/srv");
  }

  @Test
  void isOrderedByItsBytes() {
    TreeSet<PathBytes> paths =
        new TreeSet<>(
            List.of(
                PathBytes.of(new byte[] {'/', (byte) 0x80}),
                PathBytes.of("/b"),
                PathBytes.of("/a/b"),
                PathBytes.of("/"),
                PathBytes.of("/a")));

    assertThat(paths)
        .containsExactly(
            PathBytes.of("/"),
            PathBytes.of("/a"),
            PathBytes.of("/a/b"),
            PathBytes.of("/b"),
            PathBytes.of(new byte[] {'/', (byte) 0x80}));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
