package io.nacre.engine.policy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.PathRules.Include;
import io.nacre.engine.policy.PathRules.Scope;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathRulesTest {
  private final PathRules rules =
      new PathRules(List.of(include("/srv", "/srv/a/b"), include("/home", "/home/build")));

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
  void comparesNameByName(String path, Scope place) {
    assertThat(place(rules, path)).isEqualTo(place);
  }

  @Test
  void looksAtNothingBehindTheLength() {
    byte[] path = "/srv/a/b-what an earlier path left".getBytes(UTF_8);

    assertThat(rules.scopeOfFile(path, "/srv/a/b".length())).isEqualTo(Scope.EXCLUDED);
    assertThat(rules.scopeOfFile(path, "/srv/a".length())).isEqualTo(Scope.INSIDE);
    assertThat(rules.scopeOfFile(path, "/sr".length())).isEqualTo(Scope.OUTSIDE);
    assertThat(rules.scopeOfFile(path, 0)).isEqualTo(Scope.OUTSIDE);
  }

  @ParameterizedTest
  @CsvSource({"/, INSIDE", "/f, INSIDE", "/a/b/c, INSIDE", "/proc, EXCLUDED", "/procs, INSIDE"})
  void hasEverythingBelowTheRootDirectory(String path, Scope place) {
    PathRules all = new PathRules(List.of(include("/", "/proc")));

    assertThat(place(all, path)).isEqualTo(place);
  }

  @Test
  void hasNothingInsideWithoutAnInclude() {
    PathRules none = new PathRules(List.of());

    assertThat(place(none, "/srv/f")).isEqualTo(Scope.OUTSIDE);
    assertThat(none.hasExcludes()).isFalse();
    assertThat(rules.hasExcludes()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/a/f, INSIDE",
    "/a/b/f, EXCLUDED",
    "/a/b/c, INSIDE",
    "/a/b/c/f, INSIDE",
    "/a/b/cd, EXCLUDED",
    "/a/b/c/d, EXCLUDED",
    "/a/b/c/d/e/f, INSIDE",
    "/a/node_modules/f, EXCLUDED",
    "/a/b/c/node_modules/f, INSIDE",
  })
  void letsTheInnermostIncludeDecideWhateverTheOrder(String path, Scope place) {
    List<Include> includes =
        Arrays.asList(
            include("/a", "/a/b", "/a/**/node_modules"),
            include("/a/b/c", "/a/b/c/d"),
            include("/a/b/c/d/e"));
    for (int i = 0; i < includes.size(); i++) {
      Collections.rotate(includes, 1);

      assertThat(place(new PathRules(includes), path)).isEqualTo(place);
    }
  }

  @Test
  void letsAnExcludeWinOverItsOwnInclude() {
    List<Include> includes = Arrays.asList(include("/a"), include("/a", "/a/b"), include("/a"));
    for (int i = 0; i < includes.size(); i++) {
      Collections.rotate(includes, 1);
      PathRules rules = new PathRules(includes);

      assertThat(place(rules, "/a/f")).isEqualTo(Scope.INSIDE);
      assertThat(place(rules, "/a/b/f")).isEqualTo(Scope.EXCLUDED);
      assertThat(rules.includes()).containsExactly("/a");
    }
  }

  @Test
  void appliesAPatternBelowItsOwnIncludeOnly() {
    PathRules two = new PathRules(List.of(include("/a", "/a/**/*.iso"), include("/b")));

    assertThat(place(two, "/a/d/x.iso")).isEqualTo(Scope.EXCLUDED);
    assertThat(place(two, "/a/x.iso/f")).isEqualTo(Scope.EXCLUDED);
    assertThat(place(two, "/b/d/x.iso")).isEqualTo(Scope.INSIDE);
  }

  @Test
  void startsAWalkWhereNoOtherLeads() {
    PathRules nested =
        new PathRules(
            List.of(
                include("/a/b/c"),
                include("/a", "/a/b", "/a/**/skip"),
                include("/a/x"),
                include("/a/b"),
                include("/a/d/skip/e"),
                include("/a/d/skip/e/f"),
                include("/ab")));

    // /a leads to /a/x and to /a/b, which is an include itself and leads to /a/b/c.
    assertThat(nested.starts()).containsExactly("/a", "/a/d/skip/e", "/ab");
    assertThat(nested.includes()).hasSize(7);
  }

  @Test
  void startsAWalkAtAnIncludeThatAnExcludeHides() {
    PathRules hidden = new PathRules(List.of(include("/a", "/a/b"), include("/a/b/c", "/a/b/c/d")));

    assertThat(hidden.starts()).containsExactly("/a", "/a/b/c");
    assertThat(new PathRules(List.of(include("/a/b/c"), include("/a", "/a/b/c"))).starts())
        .containsExactly("/a");
    assertThat(new PathRules(List.of(include("/", "/proc"), include("/proc/x"))).starts())
        .containsExactly("/", "/proc/x");
    assertThat(new PathRules(List.of(include("/x"), include("/"), include("/x/y"))).starts())
        .containsExactly("/");
  }

  @Test
  void meansNoMoreThanADirectoryWhereItIsNotRecursive() {
    PathRules one =
        new PathRules(List.of(new Include("/a", List.of(), List.of(), false), include("/a/b/c")));

    assertThat(one.hasExcludes()).isTrue();
    assertThat(place(one, "/a/f")).isEqualTo(Scope.INSIDE);
    assertThat(place(one, "/a/b/f")).isEqualTo(Scope.OUTSIDE);
    assertThat(place(one, "/a/b/c/d/f")).isEqualTo(Scope.INSIDE);
    assertThat(directory(one, "/a")).isEqualTo(Scope.INSIDE);
    assertThat(directory(one, "/a/b")).isEqualTo(Scope.OUTSIDE);
    assertThat(one.starts()).containsExactly("/a", "/a/b/c");
    assertThat(one.protectsTree("/a".getBytes(UTF_8))).isFalse();
    assertThat(one.protectsTree("/a/b/c".getBytes(UTF_8))).isTrue();
  }

  @Test
  void leavesTheRestToTheIncludeAroundOneThatIsNotRecursive() {
    PathRules two =
        new PathRules(List.of(new Include("/a/b", List.of(), List.of(), false), include("/a")));

    assertThat(place(two, "/a/b/c/f")).isEqualTo(Scope.INSIDE);
    assertThat(two.starts()).containsExactly("/a");
  }

  @Test
  void takesTheRootAloneToo() {
    PathRules root = new PathRules(List.of(new Include("/", List.of(), List.of(), false)));

    assertThat(root.hasOutside()).isTrue();
    assertThat(place(root, "/f")).isEqualTo(Scope.INSIDE);
    assertThat(place(root, "/a/f")).isEqualTo(Scope.OUTSIDE);
    assertThat(directory(root, "/")).isEqualTo(Scope.INSIDE);
    assertThat(directory(root, "/a")).isEqualTo(Scope.OUTSIDE);
  }

  @Test
  void excludesDirectoriesThatARegexMatchesAndNoFiles() {
    PathRules regex =
        new PathRules(List.of(new Include("/a", List.of(), List.of("/cach[ei]$"), true)));

    assertThat(regex.hasExcludes()).isTrue();
    assertThat(place(regex, "/a/cache/f")).isEqualTo(Scope.EXCLUDED);
    assertThat(place(regex, "/a/b/cachi/c/f")).isEqualTo(Scope.EXCLUDED);
    assertThat(place(regex, "/a/cache")).isEqualTo(Scope.INSIDE);
    assertThat(directory(regex, "/a/cache")).isEqualTo(Scope.EXCLUDED);
    assertThat(directory(regex, "/a/cached")).isEqualTo(Scope.INSIDE);
    assertThat(place(regex, "/a/cached/f")).isEqualTo(Scope.INSIDE);
  }

  @Test
  void takesABytePathThatIsNotUtf8() {
    byte[] inside = "/srv/\u00e9\u00ff/f".getBytes(ISO_8859_1);
    byte[] outside = "/sr\u00f6/f".getBytes(ISO_8859_1);

    assertThat(rules.scopeOfFile(inside, inside.length)).isEqualTo(Scope.INSIDE);
    assertThat(rules.scopeOfFile(outside, outside.length)).isEqualTo(Scope.OUTSIDE);
  }

  @Test
  void takesNoTwoEncodingsForTheSameName() {
    PathRules composed = new PathRules(List.of(include("/srv", "/srv/caf\u00e9")));
    byte[] latin1 = "/srv/caf\u00e9/f".getBytes(ISO_8859_1);

    assertThat(place(composed, "/srv/caf\u00e9/f")).isEqualTo(Scope.EXCLUDED);
    assertThat(place(composed, "/srv/cafe\u0301/f")).isEqualTo(Scope.INSIDE);
    assertThat(composed.scopeOfFile(latin1, latin1.length)).isEqualTo(Scope.INSIDE);
  }

  private static Scope directory(PathRules rules, String path) {
    byte[] bytes = path.getBytes(UTF_8);
    return rules.scopeOfDirectory(bytes, bytes.length);
  }

  private static Include include(String path, String... excludes) {
    return new Include(path, List.of(excludes));
  }

  private static Scope place(PathRules rules, String path) {
    byte[] bytes = path.getBytes(UTF_8);
    return rules.scopeOfFile(bytes, bytes.length);
  }
}
