package io.nacre.engine.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.log.Printable;
import io.nacre.linux.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that exchanges the infected file for an innocent one all the time; that one stays. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SwapIT {
  private static final int ROUNDS = 10;
  private static final int ATTEMPTS = 200;

  /** Renames that replace nothing, and that print when they have begun. */
  private static final String RENAME =
      """
      import ctypes
      libc = ctypes.CDLL(None)
      def move(a, b, flags=1):
          libc.renameat2(-100, a, -100, b, flags)
      open("../running", "w").close()
      while True:
      """;

  private static final String EXCHANGE = RENAME + "    move(b'eicar', b'innocent', 2)";

  private static final String RENAMES =
      RENAME
          + """
              move(b"eicar", b"away"); move(b"innocent", b"eicar")
              move(b"eicar", b"innocent"); move(b"away", b"eicar")
          """;

  private static final String DIRECTORIES =
      RENAME
          + """
              move(b"../tree", b"../away"); move(b"../decoy", b"../tree")
              move(b"../tree", b"../decoy"); move(b"../away", b"../tree")
          """;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private Path tree;

  @BeforeEach
  void prepare() throws IOException {
    tree = mount.directory("tree");
  }

  @ParameterizedTest
  @CsvSource({
    "exchange, near", "exchange, far", "exchange, remove",
    "renames, near", "renames, far", "renames, remove",
    "directories, near", "directories, far", "directories, remove"
  })
  void neverTakesTheInnocentFile(String swap, String how) throws IOException {
    Path directory = mount.directory(how).resolve("quarantine");
    if (how.equals("far")) {
      Opener.sh("mount -t tmpfs -o mode=755 nacre-it " + directory.getParent());
    }
    Quarantine quarantine =
        new Quarantine(directory, InfectedFile.MOST_BYTES, Printable::of, Clock.systemUTC());
    Function<Fd, ActionOutcome> action =
        how.equals("remove")
            ? file -> Quarantine.remove(file, Path.of("/nowhere"))
            : file -> quarantine.move(file, InfectedFile.FINDING);
    String script =
        switch (swap) {
          case "exchange" -> EXCHANGE;
          case "renames" -> RENAMES;
          default -> DIRECTORIES;
        };
    mount.directory("decoy");
    int done = 0;

    for (int round = 0; round < ROUNDS; round++) {
      Files.writeString(tree.resolve("eicar"), PrivateMount.eicar());
      Files.writeString(tree.resolve("innocent"), "innocent");
      Files.writeString(mount.root().resolve("decoy/eicar"), "innocent");
      try (Fd open = InfectedFile.open(tree.resolve("eicar"))) {
        done += swappingWhile(script, () -> attempt(action, open)) ? 1 : 0;
      }
      assertThat(innocents()).as("innocent files in " + mount.root()).isEqualTo(2);
      Opener.sh("cd " + mount.root() + " && rm -rf tree away decoy && mkdir tree decoy");
    }

    assertThat(done).as("infected files put away").isPositive();
    assertThat(contents(directory)).allMatch(PrivateMount.eicar()::equals);
  }

  private interface Attempt {
    boolean succeeds();
  }

  private boolean swappingWhile(String script, Attempt attempt) throws IOException {
    Opener swapper =
        Opener.command("sh", "-c", "cd " + tree + " && exec python3 -c \"$1\"", "sh", script);
    Path running = mount.root().resolve("running");
    try {
      await("the swapper").pollInterval(Duration.ofMillis(2)).until(() -> Files.exists(running));
      Files.delete(running);
      return attempt.succeeds();
    } finally {
      swapper.kill();
      await("its end").pollInterval(Duration.ofMillis(2)).until(() -> !swapper.isAlive());
    }
  }

  private static boolean attempt(Function<Fd, ActionOutcome> action, Fd open) {
    for (int i = 0; i < ATTEMPTS; i++) {
      if (action.apply(open) instanceof ActionOutcome.Done) {
        return true;
      }
    }
    return false;
  }

  private long innocents() throws IOException {
    try (Stream<Path> all = Files.walk(mount.root())) {
      return all.filter(path -> !path.toString().contains("/quarantine"))
          .filter(Files::isRegularFile)
          .filter(SwapIT::isInnocent)
          .count();
    }
  }

  private static boolean isInnocent(Path path) {
    try {
      return Files.readString(path).equals("innocent");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> contents(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(path -> !path.toString().endsWith(".json"))
          .map(
              path -> {
                try {
                  return Files.readString(path);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              })
          .toList();
    }
  }
}
