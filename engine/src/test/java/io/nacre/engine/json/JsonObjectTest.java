package io.nacre.engine.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
  private final JsonObject object =
      new JsonObject(
          Map.of(
              "text",
              "words",
              "number",
              3_000_000_000L,
              "small",
              7,
              "truth",
              true,
              "inner",
              Map.of("list", List.of("a", "b"), "objects", List.of(Map.of("x", 1)))));

  @Test
  void givesItsMembersByTheirType() {
    assertThat(object.getString("text")).isEqualTo("words");
    assertThat(object.getLong("number")).isEqualTo(3_000_000_000L);
    assertThat(object.getInt("small")).isEqualTo(7);
    assertThat(object.getBoolean("truth")).isTrue();
    assertThat(object.getObject("inner").getStrings("list")).containsExactly("a", "b");
  }

  @Test
  void findsWhatIsInside() {
    assertThat(object.getStrings("inner.list")).containsExactly("a", "b");
    assertThat(object.getObjects("inner.objects").get(0).getInt("x")).isEqualTo(1);
    assertThat(object.has("inner.list")).isTrue();
    assertThat(object.has("inner.none")).isFalse();
    assertThat(object.has("text.list")).isFalse();
  }

  @Test
  void saysWhatIsMissingOrOfAnotherType() {
    assertThatThrownBy(() -> object.getString("inner.none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("inner.none is missing");
    assertThatThrownBy(() -> object.getString("small")).hasMessage("small is not a string");
    assertThatThrownBy(() -> object.getLong("text")).hasMessage("text is not a whole number");
    assertThatThrownBy(() -> object.getInt("number"))
        .hasMessage("number is not a number of 32 bits");
    assertThatThrownBy(() -> object.getBoolean("text")).hasMessage("text is not true or false");
    assertThatThrownBy(() -> object.getObject("text")).hasMessage("text is not an object");
    assertThatThrownBy(() -> object.getObjects("inner.list"))
        .hasMessage("inner.list is not a list of objects");
  }
}
