package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.clamd.DatabaseLoads.State;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.RealClamd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is seen of the real clamd when it loads signatures, and when it does not. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DatabaseLoadsIT {
  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private RealClamd clamd;
  private DatabaseLoads loads;
  private Path file;

  @BeforeEach
  void prepare() throws IOException {
    clamd = RealClamd.in(mount.outside().resolve("clamd"));
    loads = DatabaseLoads.of(DatabaseDirectory.at(clamd.signatures()), 0);
    file = Files.writeString(clamd.signatures().resolveSibling("file"), "an odd marker");
  }

  @AfterEach
  void end() throws IOException {
    try (RealClamd running = clamd;
        DatabaseLoads watched = loads) {
      assertThat(watched).isNotNull();
    }
  }

  @Test
  void findsTheDirectoryByTheProcess() throws IOException {
    clamd.start();

    assertThat(DatabaseDirectory.of((int) clamd.pid(), Instant.now()).now().toRealPath())
        .isEqualTo(clamd.signatures().toRealPath());
  }

  @Test
  void seesTheLoadAtTheStart() throws IOException {
    clamd.start();

    assertThat(look()).isEqualTo(State.COMPLETED);
    assertThat(look()).isEqualTo(State.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "no"})
  void seesAReload(String concurrent) throws IOException {
    start("ConcurrentDatabaseReload " + concurrent, "IdleTimeout 1");
    clamd.add("Marked", "an odd marker");
    assertThat(look()).isEqualTo(State.NONE);

    clamd.reload();

    await().until(this::hasLoaded);
    await().until(() -> clamd.finds(file));
  }

  @Test
  void seesAReloadGoOnWhileTheOldSignaturesAreInUse() throws IOException {
    start();
    clamd.addMany();
    clamd.add("Marked", "an odd marker");

    clamd.reload();

    await().until(() -> look() == State.IN_PROGRESS);
    await().until(() -> look() == State.COMPLETED);
    await().until(() -> clamd.finds(file));
    assertThat(look()).isEqualTo(State.NONE);
  }

  @Test
  void seesWhatAnotherDirectoryHolds() throws IOException {
    Path other = Files.createDirectory(clamd.signatures().resolveSibling("other"));
    Path linked = clamd.signatures().resolve("eicar.ndb");
    Files.move(linked, other.resolve("eicar.ndb"));
    Files.createSymbolicLink(linked, other.resolve("eicar.ndb"));
    assertThat(look()).isEqualTo(State.EXCHANGED);
    start();

    clamd.reload();

    await().until(this::hasLoaded);
  }

  @Test
  void seesThatTheDirectoryIsAnotherOne() throws IOException {
    start();
    Path old = clamd.signatures().resolveSibling("old");
    Files.move(clamd.signatures(), old);
    Files.createDirectory(clamd.signatures());
    Files.copy(old.resolve("eicar.ndb"), clamd.signatures().resolve("eicar.ndb"));

    assertThat(look()).isEqualTo(State.EXCHANGED);
    assertThat(look()).isEqualTo(State.NONE);
    clamd.reload();
    await().until(this::hasLoaded);
  }

  @Test
  void countsThreadsThatStartedWhileTheDirectoryWasExchangedAsLoaders() throws IOException {
    clamd.start("MaxThreads 4");
    try (DatabaseLoads its =
        DatabaseLoads.of(DatabaseDirectory.at(clamd.signatures()), (int) clamd.pid())) {
      assertThat(its.check()).isEqualTo(State.NONE);
      Files.move(clamd.signatures(), clamd.signatures().resolveSibling("old"));
      Files.createDirectory(clamd.signatures());
      assertThat(clamd.finds(file)).isFalse(); // by a thread that stays

      assertThat(its.check()).isEqualTo(State.EXCHANGED);
      assertThat(its.isInProgress()).isTrue();
    }
  }

  @Test
  void tellsAnotherProcessFromClamd() throws IOException {
    clamd.start();
    try (DatabaseLoads its =
        DatabaseLoads.of(DatabaseDirectory.at(clamd.signatures()), (int) clamd.pid())) {
      assertThat(Opener.open(clamd.signatures().resolve("eicar.ndb")).succeeded()).isTrue();

      assertThat(its.check()).isEqualTo(State.POSSIBLE);
    }
  }

  @Test
  void seesNothingWhenClamdLooksForNewFilesAndThereAreNone() throws Exception {
    start("SelfCheck 1", "LogTime yes", "LogVerbose yes");
    Path log = clamd.signatures().resolveSibling("clamd.log");

    await().until(() -> Files.readString(log).split("Database status OK", -1).length > 3);

    assertThat(look()).isEqualTo(State.NONE);
  }

  @Test
  void seesNothingWhenFilesAreScanned() throws IOException {
    start();

    assertThat(clamd.finds(file)).isFalse();

    assertThat(look()).isEqualTo(State.NONE);
  }

  private void start(String... lines) throws IOException {
    clamd.start(lines);
    assertThat(look()).isEqualTo(State.COMPLETED);
  }

  /** A load may end so fast that its thread looks like another process that has ended. */
  private boolean hasLoaded() {
    State state = look();
    return state == State.COMPLETED || state == State.POSSIBLE;
  }

  private State look() {
    try {
      return loads.check();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
