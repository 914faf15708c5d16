package io.nacre.engine.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.log.Printable;
import io.nacre.engine.quarantine.Restore.Result;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Files on their way out of the quarantine, on file systems of the test's own. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RestoreIT {
  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  @RegisterExtension private final PrivateMount other = PrivateMount.of("ext4");

  private Path directory;
  private Path file;

  @BeforeEach
  void prepare() throws IOException {
    directory = mount.root().resolve("quarantine");
    file = mount.eicar("tree/eicar");
  }

  @Test
  void restoresAllAttributesOnTheSameFileSystem() throws IOException {
    FileWithAttributes.set(file);
    String before = FileWithAttributes.look(file);
    QuarantineEntry entry = putAway(file);

    Result result = restore(entry, file, new Verdict.Clean());

    assertThat(result)
        .isEqualTo(
            new Result.Restored(
                List.of("it acts as its owner or group when it is executed: mode 4751")));
    assertThat(FileWithAttributes.look(file)).isEqualTo(before);
    assertThat(file).hasContent(PrivateMount.eicar());
    assertQuarantineIsEmpty();
  }

  @Test
  void restoresAllAttributesAcrossFileSystems() throws IOException {
    Path far = other.eicar("tree/eicar");
    FileWithAttributes.set(far);
    String before = FileWithAttributes.look(far);
    QuarantineEntry entry = putAway(far);
    assertThat(far).doesNotExist();

    Result result = restore(entry, far, new Verdict.Clean());

    assertThat(result).isInstanceOf(Result.Restored.class);
    assertThat(FileWithAttributes.look(far)).isEqualTo(before);
    assertThat(far).hasContent(PrivateMount.eicar());
    assertQuarantineIsEmpty();
  }

  @Test
  void refusesAFileThatIsInfectedOrCannotBeScanned() throws IOException {
    QuarantineEntry entry = putAway(file);

    assertThat(restore(entry, file, new Verdict.Infected("Eicar")))
        .isEqualTo(new Result.StillInfected("Eicar"));
    assertThat(restore(entry, file, new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, "no clamd")))
        .isEqualTo(new Result.Refused("it could not be scanned: no clamd"));

    assertThat(file).doesNotExist();
    assertThat(directory.resolve(entry.id())).exists();
  }

  @Test
  void restoresByForceWithoutAScan() throws IOException {
    QuarantineEntry entry = putAway(file);

    try (QuarantineStore store = QuarantineStore.open(directory)) {
      assertThat(new Restore(store, Optional.empty()).to(entry, bytes(file)))
          .isEqualTo(new Result.Restored(List.of()));
    }

    assertThat(file).hasContent(PrivateMount.eicar());
  }

  @Test
  void replacesNothing() throws IOException {
    QuarantineEntry entry = putAway(file);
    Files.writeString(file, "another");
    Path link = Files.createSymbolicLink(mount.root().resolve("link"), Path.of("/nowhere"));

    assertThat(restore(entry, file, new Verdict.Clean()))
        .isEqualTo(new Result.Refused(file + " exists, and a file is never replaced"));
    assertThat(restore(entry, link, new Verdict.Clean())).isInstanceOf(Result.Refused.class);

    assertThat(file).hasContent("another");
    assertThat(directory.resolve(entry.id())).exists();
  }

  @Test
  void followsNoSymbolicLink() throws IOException {
    QuarantineEntry entry = putAway(file);
    Opener.sh("cd " + mount.root() + "; rmdir tree; mkdir etc; ln -s etc tree");

    assertThat(restore(entry, file, new Verdict.Clean()))
        .isEqualTo(
            new Result.Refused(
                file.getParent() + " is not a directory; a symbolic link is not followed here"));

    assertThat(mount.root().resolve("etc")).isEmptyDirectory();
  }

  @Test
  void refusesAChangedContent() throws IOException {
    QuarantineEntry entry = putAway(file);
    Opener.sh("printf more >> " + directory.resolve(entry.id()));

    assertThat(restore(entry, file, new Verdict.Clean()))
        .isEqualTo(
            new Result.Refused(
                "its content has changed in the quarantine: its size or SHA-256 differs"));
  }

  @Test
  void keepsTheFileLockedAwayWhenItCannotBeRestored() throws IOException {
    FileWithAttributes.set(file);
    QuarantineEntry entry = putAway(file);
    Path kept = directory.resolve(entry.id());
    String locked = Opener.sh("stat -c '%a %u %g' " + kept).output();
    Path readOnly = Files.createDirectory(other.root().resolve("x")).resolve("eicar");
    Opener.sh("mount -o remount,ro " + other.root());

    assertThat(restore(entry, readOnly, new Verdict.Clean())).isInstanceOf(Result.Refused.class);

    assertThat(Opener.sh("stat -c '%a %u %g' " + kept).output()).isEqualTo(locked);
  }

  private QuarantineEntry putAway(Path path) throws IOException {
    try (Fd open = InfectedFile.open(path)) {
      ActionOutcome outcome =
          new Quarantine(directory, InfectedFile.MOST_BYTES, Printable::of, Clock.systemUTC())
              .move(open, InfectedFile.FINDING);
      assertThat(outcome).isInstanceOf(ActionOutcome.Done.class);
    }
    try (QuarantineStore store = QuarantineStore.open(directory)) {
      return store.list().get(0);
    }
  }

  private Result restore(QuarantineEntry entry, Path to, Verdict verdict) throws IOException {
    try (QuarantineStore store = QuarantineStore.open(directory)) {
      return new Restore(store, Optional.of(content -> verdict)).to(entry, bytes(to));
    }
  }

  private void assertQuarantineIsEmpty() throws IOException {
    try (Stream<Path> names = Files.list(directory)) {
      assertThat(names).isEmpty();
    }
  }

  private static byte[] bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8);
  }
}
