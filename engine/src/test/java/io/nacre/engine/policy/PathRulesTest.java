package io.nacre.engine.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.PathRules.Place;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathRulesTest {
  private final PathRules rules =
      new PathRules(List.of("/srv", "/home"), List.of("/home/build", "/srv/a/b"));

  @ParameterizedTest
  @CsvSource({
    "/srv, INSIDE",
    "/srv/f, INSIDE",
    "/srv/a, INSIDE",
    "/srv/a/b, EXCLUDED",
    "/srv/a/b/c/d, EXCLUDED",
    "/srv/a/bc, INSIDE",
    "/srv/a/b2/c, INSIDE",
    "/srv2, OUTSIDE",
    "/srv2/f, OUTSIDE",
    "/sr, OUTSIDE",
    "/, OUTSIDE",
    "/home/build, EXCLUDED",
    "/home/builder/f, INSIDE",
    "/SRV/f, OUTSIDE",
    "srv/f, OUTSIDE",
    "/mnt/srv/f, OUTSIDE",
  })
  void comparesNameByName(String path, Place place) {
    assertThat(place(rules, path)).isEqualTo(place);
  }

  @Test
  void looksAtNothingBehindTheLength() {
    byte[] path = "/srv/a/b-what an earlier path left".getBytes(UTF_8);

    assertThat(rules.place(path, "/srv/a/b".length())).isEqualTo(Place.EXCLUDED);
    assertThat(rules.place(path, "/srv/a".length())).isEqualTo(Place.INSIDE);
    assertThat(rules.place(path, "/sr".length())).isEqualTo(Place.OUTSIDE);
    assertThat(rules.place(path, 0)).isEqualTo(Place.OUTSIDE);
  }

  @ParameterizedTest
  @CsvSource({"/, INSIDE", "/f, INSIDE", "/a/b/c, INSIDE", "/proc, EXCLUDED", "/procs, INSIDE"})
  void hasEverythingBelowTheRootDirectory(String path, Place place) {
    PathRules all = new PathRules(List.of("/"), List.of("/proc"));

    assertThat(place(all, path)).isEqualTo(place);
  }

  @Test
  void hasNothingInsideWithoutAnInclude() {
    PathRules none = new PathRules(List.of(), List.of());

    assertThat(place(none, "/srv/f")).isEqualTo(Place.OUTSIDE);
    assertThat(none.hasExcludes()).isFalse();
    assertThat(rules.hasExcludes()).isTrue();
  }

  @Test
  void letsTheExcludeWinWhateverTheOrder() {
    List<String> includes = Arrays.asList("/a", "/a/b/c", "/a/b");
    for (int i = 0; i < includes.size(); i++) {
      Collections.rotate(includes, 1);
      PathRules nested = new PathRules(includes, List.of("/a/b"));

      assertThat(place(nested, "/a/f")).isEqualTo(Place.INSIDE);
      assertThat(place(nested, "/a/b/f")).isEqualTo(Place.EXCLUDED);
      assertThat(place(nested, "/a/b/c/f")).isEqualTo(Place.EXCLUDED);
    }
  }

  @Test
  void takesABytePathThatIsNotUtf8() {
    byte[] inside = "/srv/\u00e9\u00ff/f".getBytes(ISO_8859_1);
    byte[] outside = "/sr\u00f6/f".getBytes(ISO_8859_1);

    assertThat(rules.place(inside, inside.length)).isEqualTo(Place.INSIDE);
    assertThat(rules.place(outside, outside.length)).isEqualTo(Place.OUTSIDE);
  }

  @Test
  void takesNoTwoEncodingsForTheSameName() {
    PathRules composed = new PathRules(List.of("/srv"), List.of("/srv/caf\u00e9"));
    byte[] latin1 = "/srv/caf\u00e9/f".getBytes(ISO_8859_1);

    assertThat(place(composed, "/srv/caf\u00e9/f")).isEqualTo(Place.EXCLUDED);
    assertThat(place(composed, "/srv/cafe\u0301/f")).isEqualTo(Place.INSIDE);
    assertThat(composed.place(latin1, latin1.length)).isEqualTo(Place.INSIDE);
  }

  private static Place place(PathRules rules, String path) {
    byte[] bytes = path.getBytes(UTF_8);
    return rules.place(bytes, bytes.length);
  }
}
