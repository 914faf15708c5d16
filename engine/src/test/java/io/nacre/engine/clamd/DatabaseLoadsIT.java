package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.clamd.DatabaseLoads.State;
import io.nacre.engine.fixture.Stage;
import io.nacre.engine.fixture.clamd.RealClamd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is seen of the real clamd when it loads signatures, and when it does not. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DatabaseLoadsIT {
  private Stage stage;
  private RealClamd clamd;
  private DatabaseLoads loads;
  private Path file;

  @BeforeEach
  void prepare() throws IOException {
    stage = Stage.tmpfs();
    clamd = RealClamd.in(stage.outside().resolve("clamd"));
    loads = DatabaseLoads.of(clamd.signatures(), 0);
    file = Files.writeString(clamd.signatures().resolveSibling("file"), "an odd marker");
  }

  @AfterEach
  void end() throws IOException {
    try (Stage mounted = stage;
        RealClamd running = clamd;
        DatabaseLoads watched = loads) {
      assertThat(watched).isNotNull();
    }
  }

  @Test
  void findsTheDirectoryByTheProcess() throws IOException {
    clamd.start();

    assertThat(DatabaseDirectory.find((int) clamd.pid()).orElseThrow().toRealPath())
        .isEqualTo(clamd.signatures().toRealPath());
  }

  @Test
  void seesTheLoadAtTheStart() throws IOException {
    clamd.start();

    assertThat(look()).isEqualTo(State.OVER);
    assertThat(look()).isEqualTo(State.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "no"})
  void seesAReload(String concurrent) throws IOException {
    start("ConcurrentDatabaseReload " + concurrent, "IdleTimeout 1");
    clamd.add("Marked", "an odd marker");
    assertThat(look()).isEqualTo(State.NONE);

    clamd.reload();

    await().until(() -> look() == State.OVER);
    await().until(() -> clamd.finds(file));
  }

  @Test
  void seesAReloadGoOnWhileTheOldSignaturesAreInUse() throws IOException {
    start();
    clamd.addMany();
    clamd.add("Marked", "an odd marker");

    clamd.reload();

    await().until(() -> look() == State.UNDER_WAY);
    await().until(() -> look() == State.OVER);
    await().until(() -> clamd.finds(file));
    assertThat(look()).isEqualTo(State.NONE);
  }

  @Test
  void seesWhatAnotherDirectoryHolds() throws IOException {
    Path other = Files.createDirectory(clamd.signatures().resolveSibling("other"));
    Path linked = clamd.signatures().resolve("eicar.ndb");
    Files.move(linked, other.resolve("eicar.ndb"));
    Files.createSymbolicLink(linked, other.resolve("eicar.ndb"));
    assertThat(look()).isEqualTo(State.NONE);
    start();

    clamd.reload();

    await().until(() -> look() == State.OVER);
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
    assertThat(look()).isEqualTo(State.OVER);
  }

  private State look() {
    try {
      return loads.look();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
