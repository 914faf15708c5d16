package io.nacre.engine.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainTextTest {

  @ParameterizedTest
  @CsvSource({
    "file system, false, unknown, reports each open",
    "file system, true, unknown, reports no open",
    "'', false, unknown, reports no open",
    "directory, false, clean, 'cached as clean: its opens raise no event'"
  })
  void saysWhatTheKernelTells(String mark, boolean isSilenced, String cache, String said) {
    Map<String, Object> explanation =
        Map.of(
            "path",
            "/a/file",
            "uid",
            0,
            "rule",
            "outside",
            "marked",
            mark.isEmpty() ? List.of() : List.of(mark),
            "kernel-cache",
            cache,
            "ignored-directory",
            isSilenced,
            "clean",
            "not-cached",
            "next-open",
            Map.of("fate", "unseen", "because", "no mark"));

    assertThat(ExplainText.lines(new JsonObject(explanation))).contains("  kernel     " + said);
  }
}
