package io.nacre.engine.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.log.Printable;
import io.nacre.linux.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Infected files on their way into the quarantine, on file systems of the test's own. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class QuarantineIT {
  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private Path directory;

  @BeforeEach
  void prepare() throws IOException {
    directory = mount.root().resolve("quarantine");
  }

  @Test
  void movesTheFileOnItsOwnFileSystem() throws IOException {
    Path file = mount.eicar("tree/eicar");
    Object inode = Files.getAttribute(file, "unix:ino");

    ActionOutcome outcome = move(file);

    QuarantineEntry entry = onlyEntry();
    Path kept = directory.resolve(entry.id());
    assertThat(outcome).isEqualTo(new ActionOutcome.Done(kept.toString()));
    assertThat(file).doesNotExist();
    assertThat(Files.getAttribute(kept, "unix:ino")).isEqualTo(inode);
    assertIsStored(kept, entry);
    assertThat(entry.path()).isEqualTo(file.toString());
    assertThat(entry.reason()).isEqualTo(InfectedFile.FINDING);
    assertThat(mode(directory)).isEqualTo("700");
  }

  @Test
  void copiesAcrossFileSystemsBeforeItRemovesTheName() throws IOException {
    Path file = onOther("eicar");

    ActionOutcome outcome = move(file);

    QuarantineEntry entry = onlyEntry();
    assertThat(outcome).isEqualTo(new ActionOutcome.Done(directory.resolve(entry.id()).toString()));
    assertThat(mount.root().resolve("other")).isEmptyDirectory();
    assertIsStored(directory.resolve(entry.id()), entry);
    assertThat(Files.readString(directory.resolve(entry.id()))).isEqualTo(PrivateMount.eicar());
  }

  @Test
  void removesOneNameOfSeveralAndReportsTheOthers() throws IOException {
    Path file = mount.eicar("tree/eicar");
    Path link = Files.createLink(mount.root().resolve("tree/link"), file);
    Opener.sh("chmod 4755 " + file);

    ActionOutcome outcome = move(file);

    assertThat(outcome)
        .isEqualTo(
            new ActionOutcome.Done(
                directory.resolve(onlyEntry().id())
                    + "; 1 other name of it stay, and stay denied"));
    assertThat(file).doesNotExist();
    assertThat(mode(link)).isEqualTo("4755");
    assertThat(onlyEntry().otherNames()).isEqualTo(1);
  }

  @Test
  void copiesAFileOnce() throws IOException {
    Path file = mount.eicar("tree/eicar");
    Quarantine quarantine = quarantine();

    try (Fd open = InfectedFile.open(file)) {
      assertThat(quarantine.copy(open, InfectedFile.FINDING))
          .isInstanceOf(ActionOutcome.Done.class);
      assertThat(quarantine.copy(open, InfectedFile.FINDING))
          .isInstanceOf(ActionOutcome.Done.class);
      assertThat(quarantine().copy(open, InfectedFile.FINDING))
          .isEqualTo(new ActionOutcome.Done(directory.resolve(onlyEntry().id()) + "; as before"));
    }

    assertThat(file).hasContent(PrivateMount.eicar());
    assertThat(onlyEntry().isCopy()).isTrue();
    assertIsStored(directory.resolve(onlyEntry().id()), onlyEntry());
  }

  @Test
  void copiesNoCopy() throws IOException {
    Path file = mount.eicar("tree/eicar");
    try (Fd open = InfectedFile.open(file)) {
      assertThat(quarantine().copy(open, InfectedFile.FINDING))
          .isInstanceOf(ActionOutcome.Done.class);
    }

    try (Fd kept = InfectedFile.open(directory.resolve(onlyEntry().id()))) {
      assertThat(quarantine().copy(kept, InfectedFile.FINDING))
          .isEqualTo(new ActionOutcome.Done(directory.resolve(onlyEntry().id()) + "; as before"));
    }

    assertThat(entries()).hasSize(1);
  }

  @Test
  void removesNothingFromTheQuarantine() throws IOException {
    Path file = mount.eicar("tree/eicar");
    try (Fd open = InfectedFile.open(file)) {
      assertThat(quarantine().copy(open, InfectedFile.FINDING))
          .isInstanceOf(ActionOutcome.Done.class);
    }

    try (Fd kept = InfectedFile.open(directory.resolve(onlyEntry().id()))) {
      assertThat(Quarantine.remove(kept, directory)).isInstanceOf(ActionOutcome.Failed.class);
    }

    assertThat(entries()).hasSize(1);
  }

  @Test
  void removesTheFileAndLeavesNothingBeside() throws IOException {
    Path file = mount.eicar("tree/eicar");

    try (Fd open = InfectedFile.open(file)) {
      assertThat(Quarantine.remove(open, directory))
          .isEqualTo(new ActionOutcome.Done(file.toString()));
    }

    assertThat(mount.root().resolve("tree")).isEmptyDirectory();
  }

  @Test
  void leavesAnotherFileThatHasTheName() throws IOException {
    Path file = mount.eicar("tree/eicar");

    try (Fd open = InfectedFile.open(file)) {
      Opener.sh("cd " + file.getParent() + "; ln eicar other; echo innocent > x; mv x eicar");
      assertThat(quarantine().move(open, InfectedFile.FINDING))
          .isInstanceOf(ActionOutcome.Failed.class);
      assertThat(Quarantine.remove(open, directory)).isInstanceOf(ActionOutcome.Failed.class);
    }

    assertThat(file).hasContent("innocent");
    assertIsEmpty();
  }

  @Test
  void leavesAFileThatHasGrownTooBig() throws IOException {
    Path file = mount.eicar("tree/eicar");

    try (Fd open = InfectedFile.open(file)) {
      Opener.sh("truncate -s 1T " + file);
      ActionOutcome refused =
          new ActionOutcome.Failed(
              "it has 1099511627776 bytes by now; files up to 26214400 bytes are scanned");
      assertThat(quarantine().move(open, InfectedFile.FINDING)).isEqualTo(refused);
      assertThat(quarantine().copy(open, InfectedFile.FINDING)).isEqualTo(refused);
    }

    assertIsEmpty();
  }

  @Test
  void leavesAFileWithoutAName() throws IOException {
    Path file = mount.eicar("tree/eicar");

    try (Fd open = InfectedFile.open(file)) {
      Files.delete(file);
      assertThat(quarantine().move(open, InfectedFile.FINDING))
          .isEqualTo(new ActionOutcome.Failed("it has no name any more"));
    }

    assertIsEmpty();
  }

  @Test
  void followsNoSymbolicLinkThatReplacedADirectory() throws IOException {
    Path file = mount.eicar("tree/eicar");

    try (Fd open = InfectedFile.open(file)) {
      Opener.sh("cd " + mount.root() + "; mkdir a; mv tree/eicar a/; rmdir tree; ln -s a tree");
      Opener.sh("cd " + mount.root() + "/a; mkdir ../b; echo innocent > ../b/eicar");
      assertThat(quarantine().move(open, InfectedFile.FINDING))
          .isInstanceOf(ActionOutcome.Done.class);
    }

    // The kernel knows where the file is by now, and it is moved from there.
    assertThat(mount.root().resolve("a")).isEmptyDirectory();
    assertThat(mount.root().resolve("b/eicar")).hasContent("innocent");
  }

  @Test
  void leavesAnImmutableFileAndSaysWhy() throws IOException {
    Path file = mount.eicar("tree/eicar");
    assumeThat(Opener.sh("chattr +i " + file).succeeded()).isTrue();
    try {
      assertThat(move(file))
          .isEqualTo(new ActionOutcome.Failed("it is immutable or append-only, see chattr(1)"));
      assertIsEmpty();
    } finally {
      Opener.sh("chattr -i " + file);
    }
  }

  @Test
  void leavesAFileOnAReadOnlyFileSystem() throws IOException {
    Path file = onOther("eicar");
    Opener.sh("mount -o remount,ro " + file.getParent());

    assertThat(move(file)).isEqualTo(new ActionOutcome.Failed("mkdir: Read-only file system"));

    assertThat(file).exists();
    assertIsEmpty();
  }

  @Test
  void failsWithAFullDiskAndLosesNothing() throws IOException {
    Path file = mount.eicar("tree/eicar");
    Path small = other("size=64k,nr_inodes=100");
    directory = small.resolve("quarantine");
    Quarantine quarantine = quarantine();
    Opener.sh("head -c 1m /dev/zero > " + small.resolve("fill"));

    try (Fd open = InfectedFile.open(file)) {
      assertThat(quarantine.move(open, InfectedFile.FINDING))
          .isInstanceOf(ActionOutcome.Failed.class);
      assertThat(quarantine.copy(open, InfectedFile.FINDING))
          .isInstanceOf(ActionOutcome.Failed.class);
    }

    assertThat(file).hasContent(PrivateMount.eicar());
    assertIsEmpty();
  }

  @Test
  void failsWithAFullDiskThatTheFileIsOn() throws IOException {
    Path small = other("size=64k,nr_inodes=100");
    directory = small.resolve("quarantine");
    Quarantine quarantine = quarantine();
    Path file = Files.writeString(small.resolve("eicar"), PrivateMount.eicar());
    Opener.sh("head -c 1m /dev/zero > " + small.resolve("fill"));

    try (Fd open = InfectedFile.open(file)) {
      assertThat(quarantine.move(open, InfectedFile.FINDING))
          .isEqualTo(new ActionOutcome.Failed("write: No space left on device"));
    }

    assertThat(file).hasContent(PrivateMount.eicar());
    assertIsEmpty();
  }

  @Test
  void failsWithAReadOnlyQuarantine() throws IOException {
    Path file = mount.eicar("tree/eicar");
    Path other = other("size=1m");
    directory = other.resolve("quarantine");
    Quarantine quarantine = quarantine();
    Opener.sh("mount -o remount,ro " + other);

    try (Fd open = InfectedFile.open(file)) {
      assertThat(quarantine.move(open, InfectedFile.FINDING))
          .isEqualTo(new ActionOutcome.Failed("open: Read-only file system"));
    }
    assertThat(quarantine()).isNotNull();

    assertThat(file).hasContent(PrivateMount.eicar());
  }

  @Test
  void noticesAChangedOwnerOrMode() throws IOException {
    Path file = mount.eicar("tree/eicar");
    Quarantine quarantine = quarantine();
    Opener.sh("chown 1000 " + directory);

    try (Fd open = InfectedFile.open(file)) {
      assertThat(quarantine.move(open, InfectedFile.FINDING))
          .isInstanceOf(ActionOutcome.Failed.class);
    }

    assertThat(file).exists();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mkdir q; chown 1000 q",
        "mkdir q; chmod 770 q; chgrp 1000 q",
        "mkdir real; ln -s real q",
        "touch q",
        "mkdir -p x/q; chown 1000 x; ln -s x/q q"
      })
  void refusesADirectoryThatOthersCanWrite(String setUp) {
    Opener.sh("cd " + mount.root() + "; umask 022; " + setUp);
    directory = mount.root().resolve("q");

    assertThatThrownBy(this::quarantine)
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(directory.toString());
  }

  @Test
  void refusesAPathThatOthersCanChange() throws IOException {
    directory = mount.root().resolve("home/user/quarantine");
    Opener.sh("cd " + mount.root() + "; mkdir -p home/user; chown 1000 home/user");

    assertThatThrownBy(this::quarantine)
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            directory.getParent()
                + " belongs to user 1000: another user could replace the files in it");
  }

  @Test
  void keepsTheAttributesOfAFile() throws IOException {
    Path file = mount.eicar("tree/na\nme");
    FileWithAttributes.set(file);

    move(file);

    QuarantineEntry entry = onlyEntry();
    assertThat(entry.path()).isEqualTo(file.getParent() + "/na\\x0ame");
    assertThat(entry.uid()).isEqualTo(1000);
    assertThat(entry.gid()).isEqualTo(1001);
    assertThat(entry.modified()).isEqualTo("1970-01-01T00:00:02.000000002Z");
    assertThat(entry.attributes().xattrs())
        .containsKeys("user.a.b", "system.posix_acl_access", "security.capability");
    assertThat(QuarantineEntryJson.values(entry)).containsEntry("mode", "4751");
    assertIsStored(directory.resolve(entry.id()), entry);
  }

  @Test
  void removesEntriesWithoutAContent() throws IOException {
    Path file = mount.eicar("tree/eicar");
    move(file);
    Opener.sh("cd " + directory + "; rm " + onlyEntry().id()); // as if killed between the steps

    assertThat(entries()).isEmpty();
    new Quarantine(
        directory,
        InfectedFile.MOST_BYTES,
        Printable::of,
        Clock.offset(Clock.systemUTC(), Duration.ofDays(2)));

    assertIsEmpty();
  }

  private ActionOutcome move(Path file) throws IOException {
    try (Fd open = InfectedFile.open(file)) {
      return quarantine().move(open, InfectedFile.FINDING);
    }
  }

  private Quarantine quarantine() throws IOException {
    return new Quarantine(directory, InfectedFile.MOST_BYTES, Printable::of, Clock.systemUTC());
  }

  private QuarantineEntry onlyEntry() throws IOException {
    List<QuarantineEntry> entries = entries();
    assertThat(entries).hasSize(1);
    return entries.get(0);
  }

  private List<QuarantineEntry> entries() throws IOException {
    try (QuarantineStore store = QuarantineStore.open(directory)) {
      return store.list();
    }
  }

  private void assertIsEmpty() throws IOException {
    try (Stream<Path> names = Files.list(directory)) {
      assertThat(names).isEmpty();
    }
  }

  private static void assertIsStored(Path kept, QuarantineEntry entry) throws IOException {
    Map<String, Object> now = Files.readAttributes(kept, "unix:uid,gid,size");
    assertThat(now).containsEntry("uid", 0).containsEntry("gid", 0);
    assertThat(mode(kept)).isEqualTo("0");
    assertThat(now).containsEntry("size", entry.size());
    assertThat(mode(kept.resolveSibling(entry.id() + ".json"))).isEqualTo("600");
    assertThat(entry.sha256())
        .isEqualTo(Opener.sh("sha256sum < " + kept).output().substring(0, 64));
  }

  private static String mode(Path path) throws IOException {
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return Integer.toOctalString(mode & 07777);
  }

  private Path onOther(String name) throws IOException {
    return Files.writeString(other("size=1m").resolve(name), PrivateMount.eicar());
  }

  private Path other(String options) throws IOException {
    Path other = mount.directory("other");
    assertThat(
            Opener.sh("mount -t tmpfs -o mode=755," + options + " nacre-it " + other).succeeded())
        .isTrue();
    return other;
  }
}
