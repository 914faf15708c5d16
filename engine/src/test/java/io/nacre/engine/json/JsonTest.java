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

    assertThat(Json.read(Json.write(values)).orElseThrow().values()).isEqualTo(values);
  }

  @Test
  void isWrittenForPeopleOnManyLines() {
    String pretty =
        Json.writePretty(
            Json.read("{\"b\":[1,{\"c\":true}],\"a\":{\"b\":1},\"d\":[],\"e\":{}}").orElseThrow());

    assertThat(pretty)
        .isEqualTo(
            """
            {
                "a" : {
                    "b" : 1
                },
                "b" : [
                    1,
                    {
                        "c" : true
                    }
                ],
                "d" : [],
                "e" : {}
            }
            """);
  }

  @Test
  void holdsNoControlCharacters() {
    assertThat(Json.write(Map.of("a", "\u001b\u007f\u0085\u009b\u00a0\u20ac")))
        .isEqualTo("{\"a\":\"\\u001B\\u007F\\u0085\\u009b\u00a0\u20ac\"}");
  }

  @Test
  void isWrittenInTheOrderOfItsNames() {
    assertThat(Json.write(Map.of("c", 1, "a", 2, "b", 3.5)))
        .isEqualTo("{\"a\":2,\"b\":3.5,\"c\":1}");
  }

  @Test
  void countsAMemberThatIsNullAsAbsent() {
    assertThat(Json.read("{\"a\":null,\"b\":1}").orElseThrow().names()).containsExactly("b");
  }

  @Test
  void isBoundedInDepth() {
    assertThat(Json.read(nested(64))).isPresent();
    assertThat(Json.read(nested(65))).isEmpty();
    assertThat(Json.read(nested(1_000_000))).isEmpty();
  }

  @Test
  void isBoundedInLength() {
    String longest = "x".repeat(16 * 1024 * 1024 - 8);

    assertThat(Json.read("{\"a\":\"" + longest + "\"}")).isPresent();
    assertThat(Json.read("{\"a\":\"" + longest + "x\"}")).isEmpty();
    assertThat(Json.read("{\"" + "a".repeat(2_000) + "\":1}")).isEmpty();
    assertThat(Json.read("{\"a\":" + "1".repeat(100) + "}")).isEmpty();
    assertThat(Json.read("{\"a\":123456789012345678901}")).isEmpty();
  }

  private static String nested(int depth) {
    return "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1);
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
        "{\"a\":1}{}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "{\"a\":[null]}",
        "{\"a\":1,}",
        "{\"a\":NaN}",
        "{'a':1}",
        "{\"a\":1} // comment",
      })
  void isNothingElse(String text) {
    assertThat(Json.read(text)).isEmpty();
  }
}
