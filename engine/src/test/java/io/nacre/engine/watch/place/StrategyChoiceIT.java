package io.nacre.engine.watch.place;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.policy.Strategy;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many directories, on a file system in memory that goes with them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StrategyChoiceIT {
  private static final int MOST = 20_000;

  @Test
  void isTheFileSystemForALargePart() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("tmpfs")) {
      Path part = mount.directory("part");
      make(part, MOST - 1); // and the part itself
      StrategyChoice ofTheMost = StrategyChoice.of(Strategy.AUTO, Places.at(part));
      mount.directory("part/1/below");

      StrategyChoice ofTooMany = StrategyChoice.of(Strategy.AUTO, Places.at(part));

      assertThat(ofTheMost.strategy()).isEqualTo(Strategy.DDD);
      assertThat(ofTooMany)
          .isEqualTo(new StrategyChoice(Strategy.FILESYSTEM, "it has more than 20000 directories"));
    }
  }

  @Test
  void isTheFileSystemForAWholeOneThatIsEmpty() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("tmpfs")) {
      assertThat(StrategyChoice.of(Strategy.AUTO, Places.at(mount.root())))
          .isEqualTo(new StrategyChoice(Strategy.FILESYSTEM, "it is a whole file system"));
    }
  }

  private static void make(Path directory, int count) {
    String script = "cd '" + directory + "' && seq " + count + " | xargs mkdir";
    assertThat(Opener.sh(script).succeeded()).isTrue();
  }
}
