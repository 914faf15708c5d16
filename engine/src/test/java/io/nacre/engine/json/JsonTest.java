package io.nacre.engine.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @Test
  void isWrittenOnOneLine() {
    assertThat(Json.write(Map.of("a", List.of(1, "two\n", true))))
        .isEqualTo("{\"a\":[1,\"two\\n\",true]}");
  }

  @Test
  void isReadAsItWasWritten() {
    Map<String, Object> values =
        Map.of(
            "text",
            "\u20ac \"quoted\" \\ \u0001\n",
            "number",
            9_007_199_254_740_993L,
            "block",
            Map.of("key.with.dots", false),
            "list",
            List.of("x"));

    assertThat(Json.read(Json.write(values)).orElseThrow().root().unwrapped()).isEqualTo(values);
  }

  @Test
  void isWrittenForPeopleOnManyLines() {
    String pretty = Json.writePretty(Json.read("{\"a\":{\"b\":1}}").orElseThrow());

    assertThat(pretty.lines().map(String::strip)).contains("\"a\" : {", "\"b\" : 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "status",
        "[1]",
        "7",
        "{",
        "{\"a\":1",
        "{a:1}",
        "{\"a\"=1}",
        "{\"a\":${HOME}}",
        "include \"/etc/hostname\"",
        "{include \"/etc/hostname\"}",
        "\0",
      })
  void isNothingElse(String text) {
    assertThat(Json.read(text)).isEmpty();
  }
}
