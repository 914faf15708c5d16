package io.nacre.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import io.nacre.engine.policy.NearestName;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnknownKeysTest {
  private static final ConfigObject KNOWN =
      ConfigFactory.parseString("nacre { deadline = 5 s, clamd { retries = 1 }, protect = [] }")
          .root();

  @Test
  void areNoneIfAllAreKnown() throws ConfigurationException {
    Problems problems = new Problems();

    List<String> useless =
        UnknownKeys.find(own("nacre.deadline = 1 s\nnacre.clamd.retries = 2"), KNOWN, problems);

    assertThat(useless).isEmpty();
    problems.throwIfAny();
  }

  @Test
  void areNamedWithTheirLineAndWhatMayBeMeant() {
    assertThat(find("nacre {\n  dedline = 1 s\n  clamd {\n    retires = 2\n  }\n}"))
        .containsExactlyInAnyOrder(
            "test.conf:2: nacre.dedline: is no such key; did you mean deadline?",
            "test.conf:4: nacre.clamd.retires: is no such key; did you mean retries?");
  }

  @Test
  void areFoundOutsideOfOurBlock() {
    assertThat(find("nacer.deadline = 1 s"))
        .containsExactly("test.conf:1: nacer: is no such key; did you mean nacre?");
  }

  @Test
  void areFoundWhereAValueStandsForABlock() {
    assertThat(find("nacre.clamd = embedded"))
        .containsExactly("test.conf:1: nacre.clamd: must be a block: nacre.clamd { … }");
  }

  @Test
  void areFoundWhereThereIsNoValue() {
    assertThat(find("nacre.deadline = null"))
        .containsExactly("test.conf:1: nacre.deadline: is null; leave it out for its default");
  }

  @Test
  void areNamedIfTheRestCanBeReadWithoutThem() {
    List<String> useless =
        UnknownKeys.find(
            own("nacre { deadline = null, clamd = 7, other = 8 }"), KNOWN, new Problems());

    assertThat(useless).containsExactlyInAnyOrder("nacre.deadline", "nacre.clamd");
  }

  @ParameterizedTest
  @CsvSource({
    "deadline, '; did you mean deadline?'",
    "deadlines, '; did you mean deadline?'",
    "dead-line, '; did you mean deadline?'",
    "Deadline, '; did you mean deadline?'",
    "dline, '; did you mean deadline?'",
    "line, ''",
    "something-else, ''",
    "'', ''",
  })
  void areExplainedByTheNearestKnownKey(String key, String suggestion) {
    assertThat(NearestName.suggestion(key, Set.of("deadline", "on-deadline", "retries")))
        .isEqualTo(suggestion);
  }

  @Test
  void areExplainedByNothingIfNoneIsKnown() {
    assertThat(NearestName.suggestion("deadline", Set.of())).isEmpty();
  }

  private static List<String> find(String text) {
    Problems problems = new Problems();
    UnknownKeys.find(own(text), KNOWN, problems);
    return assertThatThrownBy(problems::throwIfAny)
        .asInstanceOf(type(ConfigurationException.class))
        .actual()
        .problems();
  }

  private static ConfigObject own(String text) {
    return ConfigFactory.parseString(
            text, ConfigParseOptions.defaults().setOriginDescription("test.conf"))
        .root();
  }
}
