package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.context.ExitCode;
import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Files that are scanned on request, protected or not. */
class ScanPathIT {
  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private EngineProcess engine;

  @BeforeEach
  void setUp() throws IOException {
    mount.directory("tree");
    engine =
        EngineProcess.start(
            mount,
            "protect = [\"" + mount.root().resolve("tree") + "\"]",
            "clamd.endpoints = [embedded]");
  }

  @AfterEach
  void tearDown() throws IOException {
    engine.close();
  }

  @Test
  void scansAllBelowADirectoryThatIsNotProtected() throws IOException {
    mount.clean("other/one");
    Files.createFile(mount.root().resolve("other/empty"));
    Path eicar = mount.eicar("other/deep/down/eicar.com");

    Opener.Outcome all = scan(mount.root().resolve("other"));

    assertThat(all.exitCode()).isEqualTo(ExitCode.FOUND);
    assertThat(all.output())
        .contains(eicar + ": Eicar-Test-Signature")
        .contains("scanned 2, cached clean 0, infected 1, skipped 0, failed 0");
  }

  @Test
  void scansSingleFilesAndFollowsTheLinksToThem() throws IOException {
    Path clean = mount.clean("other/clean");
    Path eicar = mount.eicar("other/eicar.com");
    Path link = Files.createSymbolicLink(mount.outside().resolve("link"), eicar);

    assertThat(scan(clean).output()).contains("scanned 1, ", "infected 0");
    assertThat(scan(clean).exitCode()).isEqualTo(ExitCode.OK);
    assertThat(scan(clean, link).output()).contains("scanned 2, ", eicar + ": Eicar");
  }

  @Test
  void scansProtectedFilesWithoutBeingHeldUp() throws IOException {
    Path eicar = mount.root().resolve("tree/eicar.com");
    PrivateMount.writeEicar(eicar);

    Opener.Outcome all = scan(mount.root());

    assertThat(all.exitCode()).isEqualTo(ExitCode.FOUND);
    assertThat(all.output()).contains(eicar + ": Eicar-Test-Signature");
    assertThat(Opener.start(eicar).await().wasDenied()).isTrue();
  }

  @Test
  void goesOnWhereSomethingIsMounted() throws IOException {
    Path inner = mount.directory("other/mounted");
    Opener.Outcome mounted =
        Opener.command("mount", "-t", "tmpfs", "nacre-it", inner.toString()).await();
    assertThat(mounted.succeeded()).as(mounted.output()).isTrue();
    try {
      Path eicar = mount.eicar("other/mounted/eicar.com");

      assertThat(scan(mount.root().resolve("other")).output()).contains(eicar + ": Eicar");
    } finally {
      Opener.command("umount", inner.toString()).await();
    }
  }

  @Test
  void saysWhatIsNotThere() throws IOException {
    Path clean = mount.clean("other/clean");

    Opener.Outcome nothing = scan(mount.root().resolve("missing"));
    Opener.Outcome one = scan(mount.root().resolve("missing"), clean);

    assertThat(nothing.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(nothing.output()).contains("missing does not exist");
    assertThat(one.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(one.output()).contains("missing does not exist").contains("scanned 1, ");
  }

  private Opener.Outcome scan(Path... paths) {
    List<String> arguments =
        new ArrayList<>(List.of("scan", "--socket", engine.control().toString()));
    for (Path path : paths) {
      arguments.add(path.toString());
    }
    return EngineProcess.nacre(arguments.toArray(String[]::new));
  }
}
