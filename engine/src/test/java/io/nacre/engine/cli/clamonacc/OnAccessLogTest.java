package io.nacre.engine.cli.clamonacc;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.detection.record.ActionResult;
import org.junit.jupiter.api.Test;

class OnAccessLogTest {

  @Test
  void saysWhereAFileIsBetweenQuotes() {
    assertThat(OnAccessLog.action("/a", new ActionResult(ActionResult.Kind.MOVED, "/q/abc")))
        .contains("/a: moved to '/q/abc'");
    assertThat(
            OnAccessLog.action(
                "/a", new ActionResult(ActionResult.Kind.COPIED, "/q/abc; as before")))
        .contains("/a: copied to '/q/abc'; as before");
  }
}
