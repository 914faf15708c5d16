package io.nacre.engine.cli.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenProofTest {
  private static final ChildOpen OPENED = new ChildOpen(0, "", Duration.ofMillis(2));
  private static final ChildOpen DENIED =
      new ChildOpen(1, "cat: /srv/f: Operation not permitted", Duration.ofMillis(3));
  private static final ChildOpen STUCK =
      new ChildOpen(-1, "still waiting after 10 s", Duration.ofSeconds(10));

  private static final JsonObject ENFORCED = opens("deny", "allow", "");
  private static final JsonObject DETECTED = opens("allow", "allow", "prevention = detect");
  private static final JsonObject CLOSED = opens("deny", "deny", "clamd is down");

  @TempDir Path directory;

  @Test
  void holdsIfOnlyTheInfectedFileIsDenied() {
    assertThat(OpenProof.of(ENFORCED, DENIED, OPENED))
        .isEqualTo(new OpenProof(OpenProof.Outcome.HELD, "EICAR denied in 3 ms"));
  }

  @Test
  void isBrokenIfTheInfectedFileOpens() {
    assertThat(OpenProof.of(ENFORCED, OPENED, OPENED))
        .isEqualTo(new OpenProof(OpenProof.Outcome.BROKEN, "EICAR opens"));
  }

  @Test
  void isBrokenIfTheHarmlessFileDoesNotOpen() {
    assertThat(OpenProof.of(ENFORCED, DENIED, DENIED).outcome())
        .isEqualTo(OpenProof.Outcome.BROKEN);
  }

  @Test
  void isBrokenIfAnOpenDoesNotReturn() {
    assertThat(OpenProof.of(ENFORCED, STUCK, OPENED))
        .isEqualTo(
            new OpenProof(
                OpenProof.Outcome.BROKEN,
                "EICAR is not denied; the open ended with: still waiting after 10 s"));
    assertThat(OpenProof.of(DETECTED, OPENED, STUCK).outcome()).isEqualTo(OpenProof.Outcome.BROKEN);
  }

  @Test
  void holdsIfTheInfectedFileOpensWhereItMay() {
    assertThat(OpenProof.of(DETECTED, OPENED, OPENED))
        .isEqualTo(new OpenProof(OpenProof.Outcome.HELD, "EICAR opens: prevention = detect"));
  }

  @Test
  void holdsIfEverythingIsDeniedWhereThatIsThePolicy() {
    assertThat(OpenProof.of(CLOSED, DENIED, DENIED).outcome()).isEqualTo(OpenProof.Outcome.HELD);
    assertThat(OpenProof.of(CLOSED, DENIED, OPENED).outcome()).isEqualTo(OpenProof.Outcome.BROKEN);
  }

  @Test
  void leavesNoFileBehind() throws IOException {
    OpenProof proof = OpenProof.in(directory, DETECTED, Duration.ofSeconds(20));

    assertThat(proof.outcome()).isEqualTo(OpenProof.Outcome.HELD);
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void triesNothingInADirectoryThatIsGone() throws IOException {
    OpenProof proof = OpenProof.in(directory.resolve("none"), ENFORCED, Duration.ofSeconds(20));

    assertThat(proof.outcome()).isEqualTo(OpenProof.Outcome.SKIPPED);
  }

  private static JsonObject opens(String infected, String clean, String because) {
    return new JsonObject(
        Map.of("infected", infected, "clean", clean, "because", because, "weakened", false));
  }
}
