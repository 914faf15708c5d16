package io.nacre.engine.cli.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelftestTextTest {
  private static final OpenProof DENIED =
      new OpenProof(OpenProof.Outcome.HELD, "EICAR denied in 3 ms");
  private static final OpenProof OPENED = new OpenProof(OpenProof.Outcome.BROKEN, "EICAR opens");
  private static final Map<String, Object> UPLOAD = place("/srv/upload", "ddd", 1_234);
  private static final Map<String, Object> DATA = place("/data", "filesystem", 0);

  @Test
  void saysThatAllIsWell() {
    SelftestText text =
        text(Map.of(), Map.of("/srv/upload", DENIED, "/data", DENIED), UPLOAD, DATA);

    assertThat(text.holds()).isTrue();
    assertThat(text.lines())
        .containsExactly(
            "ok             /srv/upload  ddd  1,234 directories, EICAR denied in 3 ms",
            "ok             /data        filesystem  EICAR denied in 3 ms",
            "",
            "Everything is protected: 2 paths, 1,234 directories, checked in 0.3 s.");
  }

  @Test
  void saysWhatIsNotProtected() {
    Map<String, Object> home = place("/home", "ddd", 300, gaps(20), 200);

    SelftestText text = text(Map.of("holds", false), Map.of("/home", DENIED), home, DATA);

    assertThat(text.holds()).isFalse();
    assertThat(text.lines())
        .containsExactly(
            "NOT PROTECTED  /home/0: no mark",
            "NOT PROTECTED  /home/1: no mark",
            "NOT PROTECTED  /home/2: no mark",
            "NOT PROTECTED  /home/3: no mark",
            "NOT PROTECTED  /home/4: no mark",
            "NOT PROTECTED  and 195 more below /home",
            "ok             /data  filesystem",
            "",
            "Not everything is protected; see also nacre status.");
  }

  @Test
  void believesTheProofMoreThanTheMarks() {
    SelftestText text = text(Map.of(), Map.of("/srv/upload", OPENED), UPLOAD);

    assertThat(text.holds()).isFalse();
    assertThat(text.lines()).first().isEqualTo("NOT PROTECTED  /srv/upload: EICAR opens");
  }

  @Test
  void saysThatWithoutClamdNothingIsProtected() {
    String why = "clamd is down, so opens are allowed unscanned by on-error";
    SelftestText text =
        text(Map.of("opens", opens("allow", /* weakened= */ true, why)), Map.of(), UPLOAD);

    assertThat(text.holds()).isFalse();
    assertThat(text.lines()).last().isEqualTo("Not everything is protected: " + why + ".");
  }

  @Test
  void doesNotSayThatDetectionProtects() {
    SelftestText text =
        text(
            Map.of("opens", opens("allow", /* weakened= */ false, "prevention = detect")),
            Map.of(),
            DATA);

    assertThat(text.holds()).isTrue();
    assertThat(text.lines())
        .last()
        .isEqualTo(
            "Everything is watched: 1 path, 0 directories, checked in 0.3 s; prevention = detect.");
  }

  @Test
  void saysWhatElseThereIs() {
    SelftestText text =
        text(
            Map.of(
                "holds",
                false,
                "finished",
                false,
                "others",
                List.of("/srv/x: exists, but no actor follows it"),
                "marked-outside",
                List.of("/a", "/b\n"),
                "marked-outside-count",
                7),
            Map.of(),
            DATA);

    assertThat(text.lines())
        .contains(
            "NOT PROTECTED  /srv/x: exists, but no actor follows it",
            "note           marked without need: /a, /b\\x0a and 5 more",
            "note           not finished: the check ran out of time before it had seen everything");
  }

  @Test
  void letsNoPathForgeALine() {
    SelftestText text =
        text(Map.of("holds", false), Map.of(), place("/x\033[2J", "ddd", 1, List.of("/y\n: z"), 1));

    assertThat(text.lines()).first().isEqualTo("NOT PROTECTED  /y\\x0a: z");
  }

  private static SelftestText text(
      Map<String, ?> differences, Map<String, OpenProof> proofs, Object... places) {
    Map<String, Object> report =
        new HashMap<>(
            Map.of(
                "holds",
                true,
                "finished",
                true,
                "took-millis",
                345,
                "places",
                List.of(places),
                "others",
                List.of(),
                "marked-outside",
                List.of(),
                "marked-outside-count",
                0,
                "opens",
                opens("deny", /* weakened= */ false, "")));
    report.putAll(differences);
    JsonObject values = new JsonObject(report);
    return new SelftestText(values, proofs);
  }

  private static Map<String, Object> opens(String infected, boolean weakened, String because) {
    return Map.of("infected", infected, "clean", "allow", "weakened", weakened, "because", because);
  }

  private static List<String> gaps(int count) {
    return IntStream.range(0, count).mapToObj(i -> "/home/" + i + ": no mark").toList();
  }

  private static Map<String, Object> place(String path, String strategy, int directories) {
    return place(path, strategy, directories, List.of(), 0);
  }

  private static Map<String, Object> place(
      String path, String strategy, int directories, List<String> gaps, int gapCount) {
    return Map.of(
        "path", path,
        "strategy", strategy,
        "directories", directories,
        "gaps", gaps,
        "gap-count", gapCount);
  }
}
