package io.nacre.engine.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.linux.process.Capability;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The start where permission events are missing, as they are for files of proc. */
class KernelPrerequisitesIT {
  private static final Path WITHOUT_PERMISSION_EVENTS = Path.of("/proc/sys/kernel/random");

  @BeforeEach
  void needsRoot() throws IOException {
    assumeTrue(Capability.CAP_SYS_ADMIN.isEffective(), "needs CAP_SYS_ADMIN, for fanotify");
  }

  @Test
  void preventionThatIsRequiredEndsTheStart() throws Exception {
    EngineConfig asked = config("require-prevention = true");

    assertThat(KernelPrerequisites.withSupportedPrevention(asked)).isSameAs(asked);
    assertThatThrownBy(
            () -> KernelPrerequisites.openGroup(/* prevention= */ true, WITHOUT_PERMISSION_EVENTS))
        .isInstanceOfSatisfying(
            EngineStartException.class,
            e -> assertThat(e.exitCode()).isEqualTo(ExitCode.UNAVAILABLE))
        .hasMessageContaining("no permission events");
  }

  @Test
  void preventionIsOffWhereThatIsAllowed() throws Exception {
    EngineConfig allowed =
        KernelPrerequisites.withSupportedPrevention(config("require-prevention = false"));

    assertThat(allowed.watch().isPreventing()).isFalse();
    KernelPrerequisites.openGroup(/* prevention= */ false, WITHOUT_PERMISSION_EVENTS).close();
  }

  private static EngineConfig config(String line) throws IOException, ConfigurationException {
    String text =
        "nacre { protect = [\"" + WITHOUT_PERMISSION_EVENTS + "\"], strategy = ddd, " + line + " }";
    return ConfigFile.parse(text, "test");
  }
}
