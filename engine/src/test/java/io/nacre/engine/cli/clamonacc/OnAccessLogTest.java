package io.nacre.engine.cli.clamonacc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.detection.FileAction.Kind;
import io.nacre.engine.detection.FileAction.Result;
import org.junit.jupiter.api.Test;

class OnAccessLogTest {

  @Test
  void saysWhereAFileIsBetweenQuotes() {
    assertThat(OnAccessLog.action("/a", new Result(Kind.MOVED, "/q/abc")))
        .contains("/a: moved to '/q/abc'");
    assertThat(OnAccessLog.action("/a", new Result(Kind.COPIED, "/q/abc; as before")))
        .contains("/a: copied to '/q/abc'; as before");
  }
}
