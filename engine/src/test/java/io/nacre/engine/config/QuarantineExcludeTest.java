package io.nacre.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineExcludeTest {
  @TempDir Path temporary;

  private Path tree;

  @BeforeEach
  void resolve() throws IOException {
    tree = Files.createDirectory(temporary.toRealPath().resolve("tree"));
  }

  @Test
  void leavesTheQuarantineOutOfWhatItLiesIn() throws Exception {
    assertThat(excludes("move", tree + "/q*")).containsExactly(tree + "/q\\*");
    assertThat(excludes("copy", tree + "/a/b")).containsExactly(tree + "/a/b");
  }

  @Test
  void leavesNothingOutWithoutNeed() throws Exception {
    assertThat(excludes("none", tree + "/q")).isEmpty();
    assertThat(excludes("remove", tree + "/q")).isEmpty();
    assertThat(excludes("move", tree + "-q")).isEmpty();
  }

  @Test
  void refusesAQuarantineWithAProtectedPathInIt() {
    assertThatThrownBy(() -> excludes("move", tree.toString()))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e -> assertThat(e.problems().toString()).contains("holds the protected path " + tree));
  }

  private List<String> excludes(String action, String quarantine) throws Exception {
    return ConfigFile.parse(
            "nacre { protect = [\""
                + tree
                + "\"], detection { action = "
                + action
                + ", quarantine = \""
                + quarantine
                + "\" } }",
            "test")
        .watch()
        .protect()
        .get(0)
        .exclude();
  }
}
