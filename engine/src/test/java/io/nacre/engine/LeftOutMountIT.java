package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What status says of file systems that are mounted below a protected path and left out. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeftOutMountIT {

  @Test
  void isReportedAsLongAsItIsMounted() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("tmpfs")) {
      Path disk = mount.directory("tree/disk");
      try (EngineProcess engine = start(mount)) {
        assertThat(state(engine.status())).isEqualTo("protected");

        sh("mount -t tmpfs nacre-it " + disk);
        engine.awaitStatus("the mount", status -> state(status).equals("partial"));
        assertThat(problems(engine.status()))
            .singleElement()
            .asString()
            .contains(disk + " is mounted there");

        await("umount").until(() -> Opener.sh("umount " + disk).succeeded());
        engine.awaitStatus("the end of it", status -> state(status).equals("protected"));
        assertThat(problems(engine.status())).isEmpty();
      } finally {
        Opener.sh("umount -l " + disk);
      }
    }
  }

  private static EngineProcess start(PrivateMount mount) throws IOException {
    return EngineProcess.start(
        mount,
        "protect = [\"" + mount.root().resolve("tree") + "\"]",
        "strategy = ddd",
        "cross-mounts = false",
        "clamd.endpoints = [\"unix:" + mount.outside().resolve("none.sock") + "\"]");
  }

  private static void sh(String script) {
    assertThat(Opener.sh(script).succeeded()).as(script).isTrue();
  }

  private static String state(JsonObject status) {
    return status.getObjects("protected").get(0).getString("state");
  }

  private static List<String> problems(JsonObject status) {
    return status.getObjects("protected").get(0).getStrings("problems");
  }
}
