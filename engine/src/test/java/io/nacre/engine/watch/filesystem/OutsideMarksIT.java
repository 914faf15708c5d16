package io.nacre.engine.watch.filesystem;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.PathRules.Include;
import io.nacre.engine.watch.MarkedDirectoryFixture;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Places;
import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which directories are silenced: those outside that only root can move. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutsideMarksIT {
  private static final int NOBODY = 65_534;

  private MarkedDirectoryFixture stage;
  private OutsideMarks outside;
  private Moves moves;
  private final AtomicLong nanos = new AtomicLong();

  @BeforeEach
  void open() throws IOException {
    stage = MarkedDirectoryFixture.open();
    stage.directory("srv/inside");
    stage.directory("var/log/app");
    try (Directory root = Directory.open(stage.root().toString().getBytes(UTF_8))) {
      moves = Moves.on(root);
    }
    outside = learner(OwnMounts.of(Places.at(stage.root()).mountId()));
  }

  @AfterEach
  void close() throws IOException {
    assertThat(Descriptors.below(stage.root())).isEmpty();
    moves.close();
    stage.close();
  }

  @Test
  void silencesTheDirectoryOfAFileOutside() throws IOException {
    outside.learn(file("var/log/app"));

    assertThat(stage.ignored()).containsExactly("var/log/app");
    assertThat(stage.marked()).isEmpty();
    assertThat(outside.areSupported()).isTrue();
  }

  @Test
  void silencesNothingInside() throws IOException {
    outside.learn(file("srv"));
    outside.learn(file("srv/inside"));

    assertThat(stage.ignored()).isEmpty();
  }

  @Test
  void silencesWhatIsExcluded() throws IOException {
    stage.directory("srv/skip");

    outside.learn(file("srv/skip"));

    assertThat(stage.ignored()).containsExactly("srv/skip");
  }

  @Test
  void silencesNothingThroughAMountThatIsNotOurOwn() throws IOException {
    learner(OwnMounts.of()).learn(file("var/log/app"));

    assertThat(stage.ignored()).isEmpty();
  }

  @Test
  void silencesNothingAgainOnceItForgot() throws IOException {
    outside.learn(file("var/log/app"));
    outside.learn(file("var"));
    assertThat(stage.ignored()).containsExactly("var", "var/log/app");

    outside.forget();

    assertThat(stage.ignored()).isEmpty();
    outside.learn(file("var/log/app"));
    assertThat(stage.ignored()).containsExactly("var/log/app");
  }

  @Test
  void restoresAMarkThatTheKernelDropped() throws IOException {
    outside.learn(file("var/log/app"));
    try (Directory app = Directory.open(stage.path("var/log/app").toString().getBytes(UTF_8))) {
      stage.marks().unignoreDirectory(app.fd());
    }
    outside.learn(file("var/log/app"));
    assertThat(stage.ignored()).as("an event of the time before the mark").isEmpty();

    nanos.addAndGet(OutsideMarks.SETTLED_NANOS + 1);
    outside.learn(file("var/log/app"));

    assertThat(stage.ignored()).containsExactly("var/log/app");
  }

  @Test
  void doesNotMindADirectoryThatIsGone() throws IOException {
    outside.learn(file("var/none"));

    assertThat(stage.ignored()).isEmpty();
    assertThat(outside.areSupported()).isTrue();
  }

  @Test
  void followsNoSymbolicLink() throws IOException {
    Files.createSymbolicLink(stage.path("link"), stage.path("var/log"));

    outside.learn(file("link"));
    outside.learn(file("link/app"));

    assertThat(stage.ignored()).isEmpty();
  }

  /** The permissions of the directory above, whose it is, and whose the directory itself is. */
  @ParameterizedTest
  @CsvSource({
    "rwxr-xr-x, 0, 0, true",
    "rwx------, 0, 0, true",
    "rwxr-xr-x, 0, 65534, false",
    "rwxrwxr-x, 0, 0, false",
    "rwxr-xrwx, 0, 0, false",
    "rwxr-xr-x, 65534, 0, false",
    "rwxrwxrwx, 0, 65534, false",
  })
  void silencesOnlyWhatRootAloneCanMove(String mode, int above, int itself, boolean isSilenced)
      throws IOException {
    Files.setPosixFilePermissions(stage.path("var/log"), PosixFilePermissions.fromString(mode));
    own("var/log", above);
    own("var/log/app", itself);

    outside.learn(file("var/log/app"));

    assertThat(stage.ignored().contains("var/log/app")).isEqualTo(isSilenced);
  }

  @Test
  void silencesWhatAStickyDirectoryKeepsForRoot() throws IOException {
    chmod("1777", "var/log");
    stage.directory("var/log/users");
    own("var/log/users", NOBODY);

    outside.learn(file("var/log/app"));
    outside.learn(file("var/log/users"));

    assertThat(stage.ignored()).containsExactly("var/log/app");
  }

  @Test
  void ignoresNothingInAStickyDirectoryOfAnotherUser() throws IOException {
    chmod("1777", "var/log");
    own("var/log", NOBODY);

    outside.learn(file("var/log/app"));

    assertThat(stage.ignored()).isEmpty();
  }

  @Test
  void silencesNothingBelowADirectoryThatOthersCanMove() throws IOException {
    stage.directory("var/log/app/deep/deeper");
    chmod("777", "var");

    outside.learn(file("var/log/app/deep/deeper"));

    assertThat(stage.ignored()).isEmpty();
  }

  @Test
  void silencesNoDirectoryThatOthersCanMakeNamesIn() throws IOException {
    chmod("777", "var/log/app");

    outside.learn(file("var/log/app"));

    assertThat(stage.ignored()).isEmpty();
  }

  @Test
  void silencesNoDirectoryWithAFileThatHasASecondName() throws IOException {
    Path inside = Files.writeString(stage.path("srv/inside/file"), "");
    Files.createLink(stage.path("var/log/app/link"), inside);

    outside.learn(file("var/log/app"));
    outside.learn(file("var/log"));

    assertThat(stage.ignored()).containsExactly("var/log");
  }

  @Test
  void ignoresADirectoryNoLongerThatHasANewName() throws IOException {
    outside.learn(file("var/log"));
    outside.learn(file("var/log/app"));
    Path inside = Files.writeString(stage.path("srv/inside/file"), "");

    Files.createLink(stage.path("var/log/app/link"), inside);
    tellWhatWasMade();

    assertThat(stage.ignored()).containsExactly("var/log");
  }

  @Test
  void silencesNoDirectoryWithAFileThatOthersMayLink() throws IOException {
    Files.writeString(stage.path("var/log/app/log"), "");
    Files.createSymbolicLink(stage.path("var/log/link"), stage.path("srv"));
    own("var/log/app/log", NOBODY);

    outside.learn(file("var/log/app"));
    outside.learn(file("var/log"));

    assertThat(stage.ignored()).as("a symbolic link has no mode").containsExactly("var/log");
  }

  @Test
  void ignoresADirectoryNoLongerWhoseFileIsAnotherUsersNow() throws IOException {
    Files.writeString(stage.path("var/log/app/log"), "");
    outside.learn(file("var/log"));
    outside.learn(file("var/log/app"));

    own("var/log/app/log", NOBODY);
    tellWhatWasMade();

    assertThat(stage.ignored()).containsExactly("var/log");
  }

  private void tellWhatWasMade() throws IOException {
    assertThat(moves.read()).isTrue();
    try (Directory root = Directory.open(stage.root().toString().getBytes(UTF_8))) {
      moves.tell(
          root,
          new Moves.Listener() {
            @Override
            public void directoryMoved() {}

            @Override
            public void lost() {}

            @Override
            public void filesChanged(Directory directory) {
              outside.clearIgnoreMark(directory);
            }

            @Override
            public void arrived(Directory parent, byte[] name, boolean isDirectory) {}
          });
    }
  }

  private OutsideMarks learner(OwnMounts mounts) {
    String srv = stage.path("srv").toString();
    PathRules rules = new PathRules(List.of(new Include(srv, List.of(srv + "/skip"))));
    return new OutsideMarks(
        stage.marks(),
        rules,
        mount -> mounts.contains(mount) ? Optional.of(moves) : Optional.empty(),
        nanos::get);
  }

  private PathBytes file(String directory) {
    return PathBytes.of(stage.path(directory) + "/file");
  }

  private void own(String name, int uid) throws IOException {
    Files.setAttribute(stage.path(name), "unix:uid", uid);
  }

  private void chmod(String mode, String name) {
    Path path = stage.path(name);
    assertThat(Opener.command("chmod", mode, path.toString()).await().succeeded()).isTrue();
  }
}
