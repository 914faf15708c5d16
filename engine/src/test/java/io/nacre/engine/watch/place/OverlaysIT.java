package io.nacre.engine.watch.place;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The layers of real overlays. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OverlaysIT {
  @RegisterExtension private final PrivateMount mount = PrivateMount.tmpfs();

  private Path merged;

  @BeforeEach
  void open() throws IOException {
    merged = mount.directory("merged");
  }

  @Test
  void areFoundOnTheFileSystemBelow() throws IOException {
    mount.directory("work");

    mount("lowerdir=%1$s/l1:%1$s/l2,upperdir=%1$s/u,workdir=%1$s/work", "l1", "l2", "u");

    assertThat(layers()).containsExactly("l1", "l2", "u");
  }

  /** What stands for a name in the options of mount(8). */
  @ParameterizedTest
  @CsvSource({"a b, a b", "a:b, a\\:b", "a=b, a=b", "caf\u00e9, caf\u00e9"})
  void areFoundWhateverTheirNamesAre(String name, String option) throws IOException {
    mount("lowerdir=%1$s/" + option + ":%1$s/plain", name, "plain");

    assertThat(layers()).containsExactly(name, "plain");
  }

  private String[] layers() throws IOException {
    MountTable mounts = MountTable.read();
    Mount overlay = mounts.byId(Places.mountOf(merged)).orElseThrow();
    assertThat(overlay.type()).isEqualTo(Overlays.TYPE);
    return Overlays.layers(overlay, mounts).orElseThrow().stream()
        .map(layer -> layer.path().relativeTo(PathBytes.of(mount.root().toString())))
        .map(relative -> new String(relative, UTF_8))
        .toArray(String[]::new);
  }

  /** Mounts with {@code options}, in which {@code %1$s} stands for the root of the mount. */
  private void mount(String options, String... layers) throws IOException {
    for (String layer : layers) {
      mount.directory(layer);
    }
    String absolute = options.formatted(mount.root());
    String[] command = {"mount", "-t", "overlay", "overlay", "-o", absolute, merged.toString()};
    Opener.Outcome mounted = Opener.command(command).await();
    assertThat(mounted.output()).isEmpty();
    assertThat(mounted.succeeded()).isTrue();
  }
}
