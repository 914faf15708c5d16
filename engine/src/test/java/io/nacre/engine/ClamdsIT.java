package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.RealClamd;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real clamds that are not the engine's own: over the network, by stream or path, and two. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClamdsIT {
  private static final int FILES = 40;

  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  @Test
  void areSentTheContentOverTheNetwork() throws IOException {
    Path clean = mount.clean("tree/clean");
    Path eicar = mount.eicar("tree/eicar");
    Path other = mount.eicar("tree/other");
    Path fits = in("tree/fits");
    Path big = in("tree/big");
    Path bigger = in("tree/bigger");
    Opener.sh("truncate -s 1M " + fits + " && truncate -s 3M " + big);
    Opener.sh("truncate -s 20M " + bigger);

    try (RealClamd clamd =
            RealClamd.remote(mount.outside().resolve("remote"), "StreamMaxLength 1M");
        EngineProcess engine = start("on-oversize = deny", endpoints(clamd))) {
      awaitStates(engine, "up");
      assertThat(endpoint(engine, 0).getString("transport")).isEqualTo("stream");

      assertThat(Opener.open(clean).succeeded()).isTrue();
      assertThat(Opener.open(eicar).wasDenied()).isTrue();
      assertThat(Opener.command("head", "-c", "1", fits.toString()).await().succeeded()).isTrue();
      assertThat(Opener.open(big).wasDenied()).isTrue();
      assertThat(Opener.open(bigger).wasDenied()).isTrue();
      assertThat(Opener.open(other).wasDenied()).isTrue();

      engine.awaitStatus("the counts", status -> reason(status, "oversize") == 2);
      await().untilAsserted(() -> assertThat(reason(engine.status(), "clean")).isEqualTo(2));
      await().untilAsserted(() -> assertThat(reason(engine.status(), "infected")).isEqualTo(2));
      assertThat(reason(engine.status(), "clamd-error")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fd", "stream"})
  void getTheFilesOverAUnixSocketByEachTransport(String transport) throws IOException {
    Path clean = mount.clean("tree/clean: OK");
    Path odd = mount.clean("tree/a\nb: Eicar FOUND");
    Path eicar = mount.eicar("tree/eicar: OK");

    try (RealClamd clamd = RealClamd.local(mount.outside().resolve("local"));
        EngineProcess engine = start("clamd.transport = " + transport, endpoints(clamd))) {
      awaitStates(engine, "up");
      assertThat(endpoint(engine, 0).getString("transport")).isEqualTo(transport);

      assertThat(Opener.open(clean).succeeded()).isTrue();
      assertThat(Opener.open(odd).succeeded()).isTrue();
      assertThat(Opener.open(eicar).wasDenied()).isTrue();

      engine.awaitStatus("the counts", status -> reason(status, "clean") == 2);
      await().untilAsserted(() -> assertThat(reason(engine.status(), "infected")).isEqualTo(1));
      assertThat(reason(engine.status(), "clamd-error")).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"STOP, silent", "KILL, down"})
  void stepInForEachOther(String signal, String state) throws IOException {
    for (int i = 0; i < FILES; i++) {
      mount.eicar("tree/eicar-" + i);
    }

    try (RealClamd first = RealClamd.local(mount.outside().resolve("first"));
        RealClamd second = RealClamd.local(mount.outside().resolve("second"));
        EngineProcess engine = start("deadline = 10 s", endpoints(first, second))) {
      awaitStates(engine, "up", "up");
      List<Opener> before = open(0, FILES / 2);

      first.signal(signal);
      List<Opener> after = open(FILES / 2, FILES);

      assertThat(before).allMatch(opener -> opener.await().wasDenied());
      assertThat(after).allMatch(opener -> opener.await().wasDenied());
      awaitStates(engine, state, "up");
      assertThat(engine.status().getString("clamd.state")).isEqualTo("up");

      if (signal.equals("STOP")) {
        first.signal("CONT");
        awaitStates(engine, "up", "up");
      }
    }
  }

  @Test
  void areGivenNoMoreThanTheyHaveThreads() throws IOException {
    for (int i = 0; i < FILES; i++) {
      mount.eicar("tree/eicar-" + i);
    }

    try (RealClamd clamd = RealClamd.local(mount.outside().resolve("small"), "MaxThreads 2");
        EngineProcess engine = start("clamd.connections = 20", endpoints(clamd))) {
      awaitStates(engine, "up");
      engine.awaitStatus(
          "its limit", status -> endpoint(engine, 0).getInt("scanning-at-most") == 2);

      List<Opener> openers = open(0, FILES);
      await()
          .until(
              () -> {
                JsonObject now = endpoint(engine, 0);
                assertThat(now.getInt("scanning")).isBetween(0, 2);
                return now.getLong("scans") == FILES;
              });

      assertThat(openers).allMatch(opener -> opener.await().wasDenied());
      assertThat(endpoint(engine, 0).getLong("failures")).isZero();
    }
  }

  private List<Opener> open(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> Opener.start(in("tree/eicar-" + i))).toList();
  }

  private EngineProcess start(String... block) throws IOException {
    String protect = "protect = [\"" + in("tree") + "\"]";
    return EngineProcess.start(mount, protect, String.join("\n", block));
  }

  private static String endpoints(RealClamd... clamds) {
    StringBuilder endpoints = new StringBuilder("clamd.endpoints = [");
    for (RealClamd clamd : clamds) {
      endpoints.append('"').append(clamd.address()).append("\" ");
    }
    return endpoints.toString().replace("\" \"", "\", \"") + "]";
  }

  private static void awaitStates(EngineProcess engine, String... states) {
    engine.awaitStatus(
        String.join(", ", states),
        status ->
            status.getObjects("clamd.endpoints").stream()
                .map(clamd -> clamd.getString("state"))
                .toList()
                .equals(List.of(states)));
  }

  private static JsonObject endpoint(EngineProcess engine, int number) {
    return engine.status().getObjects("clamd.endpoints").get(number);
  }

  private static long reason(JsonObject status, String reason) {
    return status.getLong("answers.by-reason." + reason);
  }

  private Path in(String name) {
    return mount.root().resolve(name);
  }
}
