package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.RealClamd;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The recipes of ClamAV's guide to on-access scanning, as clamd.conf, with a real clamd. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClamdConfIT {
  private static final String WHOLE_FILE_SYSTEM =
      """
      # Notify-only, of everything, but not of what root does.
      LocalSocket SOCKET
      OnAccessMountPath ROOT
      OnAccessPrevention no
      OnAccessExcludeRootUID yes
      OnAccessExcludeUname clamav
      """;

  private static final String HOMES =
      """
      # Notify-only, of the homes, without two of them.
      LocalSocket SOCKET
      OnAccessIncludePath ROOT/home
      OnAccessExcludePath ROOT/home/user2
      OnAccessExcludePath ROOT/home/user4
      OnAccessPrevention no
      OnAccessExcludeUname clamav
      """;

  private static final String ONE_DIRECTORY =
      """
      # One directory, without those below it, with prevention.
      LocalSocket SOCKET
      OnAccessIncludePath ROOT/upload
      OnAccessDisableDDD yes
      OnAccessPrevention yes
      OnAccessExcludeUname clamav
      """;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private RealClamd clamd;

  @BeforeEach
  void build() throws IOException {
    clamd = RealClamd.local(mount.outside().resolve("clamd"));
  }

  @AfterEach
  void remove() throws IOException {
    clamd.close();
  }

  @Test
  void wholeFileSystemNotifyOnlyWithoutRoot() throws IOException {
    Path roots = mount.eicar("srv/roots");
    Path anybodys = mount.eicar("var/a/b/anybodys");

    try (EngineProcess engine = start(WHOLE_FILE_SYSTEM)) {
      Opener root = openAndStay(roots);
      assertThat(openUnprivileged(anybodys).succeeded()).isTrue();

      awaitDetection(engine, anybodys);
      root.kill();
      assertThat(engine.log()).doesNotContain(found(roots));
      assertThat(protectedPath(engine).getString("strategy")).isEqualTo("mount");
      assertThat(engine.status().getString("prevention")).isEqualTo("detect");
    }
  }

  @Test
  void homesNotifyOnlyWithoutTwoOfThem() throws IOException {
    Path first = mount.eicar("home/user1/docs/e");
    Path second = mount.eicar("home/user2/docs/e");
    Path third = mount.eicar("home/user3/e");
    Path fourth = mount.eicar("home/user4/e");

    try (EngineProcess engine = start(HOMES)) {
      engine.awaitDirectories(4); // home, user1, docs, user3
      for (Path file : List.of(second, fourth, first, third)) {
        assertThat(openUnprivileged(file).succeeded()).as(file + " opens").isTrue();
      }

      awaitDetection(engine, first);
      awaitDetection(engine, third);
      assertThat(engine.log()).doesNotContain(found(second)).doesNotContain(found(fourth));
    }
  }

  @Test
  void oneDirectoryAloneWithPrevention() throws IOException {
    Path infected = mount.eicar("upload/infected");
    Path clean = mount.clean("upload/clean");
    Path below = mount.eicar("upload/below/infected");

    try (EngineProcess engine = start(ONE_DIRECTORY)) {
      engine.awaitDirectories(1);
      assertThat(openUnprivileged(infected).wasDenied()).isTrue();
      assertThat(openUnprivileged(clean).succeeded()).isTrue();
      assertThat(openUnprivileged(below).succeeded()).isTrue();
      Path late = mount.root().resolve("upload/late");
      PrivateMount.writeEicar(late);
      assertThat(openUnprivileged(late).wasDenied()).isTrue();
      PrivateMount.writeEicar(mount.root().resolve("upload/below/late"));
      assertThat(openUnprivileged(mount.root().resolve("upload/below/late")).succeeded()).isTrue();

      assertThat(engine.log()).doesNotContain(found(below));
    }
  }

  @Test
  void aMountWithPreventionAndExcludes() throws IOException {
    Path infected = mount.eicar("srv/infected");
    Path excluded = mount.eicar("srv/a/cache/x/infected");
    Path similar = mount.eicar("srv/a/cached/infected");

    try (EngineProcess engine =
        start(
            """
            LocalSocket SOCKET
            OnAccessMountPath ROOT/srv # on the mount at ROOT
            OnAccessExcludePath ^ROOT/srv/[^/]+/cache$
            OnAccessPrevention yes
            """)) {
      assertThat(openUnprivileged(infected).wasDenied()).isTrue();
      assertThat(openUnprivileged(similar).wasDenied()).isTrue();
      assertThat(openUnprivileged(excluded).succeeded()).isTrue();
      assertThat(protectedPath(engine).getString("path")).isEqualTo(mount.root().toString());
    }
  }

  private EngineProcess start(String conf) throws IOException {
    Path file = mount.outside().resolve("clamd.conf");
    Files.writeString(
        file,
        conf.replace("SOCKET", clamd.address().substring("unix:".length()))
            .replace("ROOT", mount.root().toString()));
    List<String> run =
        List.of(EngineProcess.LAUNCHER.toString(), "run", "--clamd-conf", file.toString());
    return EngineProcess.startBy(run, mount);
  }

  private static Opener.Outcome openUnprivileged(Path file) {
    return Opener.command(
            "setpriv",
            "--reuid",
            "nobody",
            "--regid=nogroup",
            "--clear-groups",
            "cat",
            file.toString())
        .await();
  }

  /**
   * Opens {@code file} as root; without prevention the user of a process that is gone is unknown.
   */
  private Opener openAndStay(Path file) {
    Path opened = mount.outside().resolve("opened");
    Opener opener =
        Opener.command(
            "sh",
            "-c",
            "exec 3<\"$1\"; echo >\"$2\"; exec sleep 30",
            "sh",
            file.toString(),
            opened.toString());
    await().until(() -> Files.exists(opened));
    return opener;
  }

  private static void awaitDetection(EngineProcess engine, Path file) {
    engine.awaitStatus("a detection of " + file, status -> engine.log().contains(found(file)));
  }

  private static String found(Path file) {
    return file + ": ";
  }

  private static JsonObject protectedPath(EngineProcess engine) {
    return engine.status().getObjects("protected").get(0);
  }
}
