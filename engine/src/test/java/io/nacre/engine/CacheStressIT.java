package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.FileChanges;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that change in every way there is while thousands of opens ask for them: none may get what
 * was infected before it asked and after it read.
 *
 * <p>{@code NACRE_STRESS_SECONDS=50} makes it last that long on each file system, one after the
 * other; for more, have Maven wait by {@code -Dsurefire.timeout=}.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class CacheStressIT {
  private static final Optional<Duration> LONG =
      Optional.ofNullable(System.getenv("NACRE_STRESS_SECONDS"))
          .map(Long::parseLong)
          .map(Duration::ofSeconds);
  private static final Duration SHORT = Duration.ofSeconds(4);

  static Stream<Arguments> filesystems() {
    List<String> whole = List.of("ext4", "xfs", "btrfs", "tmpfs");
    List<String> byDirectories = List.of("ext4", "btrfs");
    return LONG.isEmpty()
        ? Stream.of(
            Arguments.of("filesystem", whole, true),
            Arguments.of("ddd", byDirectories, true),
            Arguments.of("ddd", List.of("xfs", "tmpfs"), false))
        : Stream.concat(
            whole.stream().map(type -> Arguments.of("filesystem", List.of(type), true)),
            whole.stream()
                .map(type -> Arguments.of("ddd", List.of(type), byDirectories.contains(type))));
  }

  @ParameterizedTest
  @MethodSource("filesystems")
  void noOpenerGetsAnInfectedFile(String strategy, List<String> types, boolean isCached)
      throws IOException {
    List<PrivateMount> stages = new ArrayList<>();
    try {
      List<FileChanges> all = new ArrayList<>();
      for (String type : types) {
        stages.add(PrivateMount.mount(type));
        all.add(FileChanges.prepare(stages.get(stages.size() - 1)));
      }
      try (EngineProcess engine = start(stages.get(0), strategy, all)) {
        for (FileChanges changes : all) {
          changes.start(LONG.orElse(SHORT));
        }
        for (FileChanges changes : all) {
          assertNothingStale(types.get(all.indexOf(changes)) + ", " + strategy, changes.await());
        }

        engine.assertAlive();
        JsonObject answers = engine.status().getObject("answers.by-reason");
        System.out.println("known clean: " + answers.getLong("cached-clean"));
        assertThat(answers.getLong("cached-clean") > 0).as("known files").isEqualTo(isCached);
        assertThat(answers.getLong("deadline")).isZero();
      }
    } finally {
      for (PrivateMount mount : stages) {
        mount.close();
      }
    }
  }

  private static void assertNothingStale(String where, FileChanges.Count count) {
    System.out.println(where + ": " + count);
    assertThat(count.of("stale")).as(where + ": " + count).isZero();
    assertThat(count.of("denied")).as("opens of what was infected").isPositive();
  }

  private static EngineProcess start(PrivateMount mount, String strategy, List<FileChanges> all)
      throws IOException {
    return EngineProcess.start(
        mount,
        all.stream()
            .map(changes -> "\"" + changes.tree() + "\"")
            .collect(Collectors.joining(", ", "protect = [", "]")),
        "strategy = " + strategy,
        "exempt.uids = [" + FileChanges.EXEMPT + "]",
        "triggers = [open]",
        "deadline = 1 m",
        "on-error = deny",
        "on-overload = deny");
  }
}
