package io.nacre.engine.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {

  @ParameterizedTest
  @CsvSource({
    "/p/a, /p/a, true",
    "/p/a, /p/a/f, true",
    "/p/a, /p/ab, false",
    "/p/a, /p, false",
    "/p/a, /q/p/a, false",
    "/p//a/, /p/a, true",
    "/p/*, /p/x, true",
    "/p/*, /p/x/y, true",
    "/p/*, /p, false",
    "/p/*.iso, /p/x.iso, true",
    "/p/*.iso, /p/x.iso/below, true",
    "/p/*.iso, /p/d/x.iso, false",
    "/p/*/tmp, /p/u/tmp/f, true",
    "/p/*/tmp, /p/tmp, false",
    "/p/*/tmp, /p/u/v/tmp, false",
    "/p/a?c, /p/a/c, false",
    "/p/a*c, /p/a/c, false",
    "/p/**/node_modules, /p/node_modules, true",
    "/p/**/node_modules, /p/a/b/node_modules, true",
    "/p/**/node_modules, /p/a/b/node_modules/x/y.js, true",
    "/p/**/node_modules, /p/a/node_modules2/f, false",
    "/p/**/node_modules, /node_modules, false",
    "/p/**/a/b, /p/a/a/b, true",
    "/p/**/a/b, /p/a/c/b, false",
    "/p/**/a/**/b, /p/x/a/y/z/b, true",
    "/p/**/a/**/b, /p/a/b, true",
    "/p/**/a/**/b, /p/b/a, false",
    "/p/**/**/b, /p/x/b, true",
    "/p/**/*.o, /p/f.o, true",
    "/p/**/*.o, /p/d/f.o, true",
    "/p/**/*.o, /p/d/f.c, false",
    "/p/a/**, /p/a, false",
    "/p/a/**, /p/a/f, true",
    "/p/a/**, /p/a/b/c, true",
    "/p/a/**/**, /p/a/f, true",
    "/p/a/**/**, /p/a, false",
    "/p/*/**, /p/f, false",
    "/p/*/**, /p/d/f, true",
    "/**/cache, /cache, true",
    "/**/cache, /x/cache/f, true",
    "/**/cache, /, false",
    "/*, /, false",
  })
  void matchesAPathAndWhatIsBelowIt(String pattern, String path, boolean expected) {
    assertThat(matches(pattern, path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "p/a", "a", "/p", "/p/"})
  void matchesNothingThatIsNoPathBelow(String path) {
    assertThat(matches("/p/a", path)).isFalse();
    assertThat(matches("/p/*", path)).isFalse();
    assertThat(matches("/p/**/a", path)).isFalse();
  }

  @Test
  void looksAtNothingBehindTheLength() {
    byte[] path = "/p/a/b/c".getBytes(UTF_8);

    assertThat(PathPattern.parse("/p/**/c").matches(path, path.length)).isTrue();
    assertThat(PathPattern.parse("/p/**/c").matches(path, path.length - 1)).isFalse();
    assertThat(PathPattern.parse("/p/**/c").matches(path, path.length - 2)).isFalse();
    assertThat(PathPattern.parse("/p/a").matches(path, 4)).isTrue();
    assertThat(PathPattern.parse("/p/a").matches(path, 3)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/p/*/..", "/p/./a", "/../p"})
  void refusesNamesThatLeadElsewhere(String pattern) {
    assertThatThrownBy(() -> PathPattern.parse(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the names . and .. cannot stand in a pattern");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "//"})
  void refusesToMeanEverything(String pattern) {
    assertThatThrownBy(() -> PathPattern.parse(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("names nothing");
  }

  /** Without a bound, these would take longer than there is time. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void isSoonDoneWithAHostilePath() {
    String deep = "/a".repeat(2000);
    String wide = ("/" + "a".repeat(250)).repeat(16);

    for (int i = 0; i < 100; i++) {
      assertThat(matches("/**/a".repeat(30) + "/b", deep)).isFalse();
      assertThat(matches("/**/*a*a".repeat(30) + "/*b", deep)).isFalse();
      assertThat(matches("/**/*a*a*a*a*b".repeat(10), wide)).isFalse();
      assertThat(matches("/**" + "/*a*a*a".repeat(8) + "/b", wide)).isFalse();
    }
  }

  @Test
  void agreesWithTheSimplestMatcherThereIs() {
    Random random = new Random(2);
    for (int round = 0; round < 50_000; round++) {
      List<String> pattern = any(random, List.of("**", "a", "b", "*", "a*", "?", "*b", "?*a"));
      List<String> path = any(random, List.of("a", "b", "ab", "ba", "aab"));

      assertThat(matches("/" + String.join("/", pattern), "/" + String.join("/", path)))
          .as("%s on %s", pattern, path)
          .isEqualTo(meansPathOrParent(pattern, path));
    }
  }

  private static List<String> any(Random random, List<String> names) {
    List<String> any = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      any.add(names.get(random.nextInt(names.size())));
    }
    return any;
  }

  private static boolean meansPathOrParent(List<String> pattern, List<String> path) {
    for (int length = 1; length <= path.size(); length++) {
      if (means(pattern, path.subList(0, length))) {
        return true;
      }
    }
    return false;
  }

  /** Tries everything. */
  private static boolean means(List<String> pattern, List<String> path) {
    if (pattern.isEmpty()) {
      return path.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    if (pattern.stream().allMatch("**"::equals)) {
      return !path.isEmpty();
    }
    if (pattern.get(0).equals("**")) {
      return IntStream.rangeClosed(0, path.size())
          .anyMatch(taken -> means(rest, path.subList(taken, path.size())));
    }
    return !path.isEmpty()
        && meansName(pattern.get(0), path.get(0))
        && means(rest, path.subList(1, path.size()));
  }

  private static boolean meansName(String pattern, String name) {
    if (pattern.isEmpty() || name.isEmpty()) {
      return name.isEmpty() && pattern.chars().allMatch(c -> c == '*');
    }
    char first = pattern.charAt(0);
    if (first == '*') {
      return meansName(pattern.substring(1), name) || meansName(pattern, name.substring(1));
    }
    return (first == '?' || first == name.charAt(0))
        && meansName(pattern.substring(1), name.substring(1));
  }

  private static boolean matches(String pattern, String path) {
    byte[] bytes = path.getBytes(UTF_8);
    return PathPattern.parse(pattern).matches(bytes, bytes.length);
  }
}
