package io.nacre.engine.watch.place;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OverlaysTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "6.5.0, true",
    "6.5, true",
    "6.18.44-fc-v669, true",
    "7.0.0-rc1, true",
    "10.1.0, true",
    "6.4.16-200.fc38, false",
    "6.1.0-18-amd64, false",
    "5.15.0-91-generic, false",
    "5.9.1, false",
    "4.19, false",
  })
  void areSeenBelowSinceLinux6Point5(String release, boolean areSeen) {
    assertThat(Overlays.areSeenBelow(release)).isEqualTo(areSeen);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "6", "six.five", "v6.1", "-6.1"})
  void areTakenForSeenBelowOnAnUnknownKernel(String release) {
    assertThat(Overlays.areSeenBelow(release)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "rw,lowerdir=/l,upperdir=/u,workdir=/w|/l /u",
        "ro,lowerdir=/l1:/l2:/l3|/l1 /l2 /l3",
        "rw,lowerdir=/l1::/data,upperdir=/u|/l1 /data /u",
        "rw,lowerdir+=/l1,lowerdir+=/l2,upperdir=/u,workdir=/w|/l1 /l2 /u",
        "rw,lowerdir=relative:/l,upperdir=u|/l",
        "rw,workdir=/w,xino=off|none",
        "''|none",
        "lowerdir|none",
        "lowerdir=|none",
        "upperdirectory=/u,redirect_dir=on|none",
      })
  void nameTheirLayersInTheirOptions(String options, String layers) {
    List<PathBytes> expected =
        layers == null
            ? List.of()
            : List.of(layers.split(" ")).stream().map(PathBytes::of).toList();

    assertThat(Overlays.paths(options)).containsExactlyElementsOf(expected);
  }

  /** As Linux 6.18 prints them: blanks, commas and backslashes as octal digits. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rw,lowerdir=/l\\0401:/l\\0542|/l 1,/l,2",
        "ro,lowerdir=/l\\134:3:/l4|/l:3,/l4",
        "ro,lowerdir=/l\\134\\134:/l4|/l\\,/l4",
        "ro,lowerdir=/l\\134\\0542::/d|/l,2,/d",
        "rw,lowerdir+=/l:3,lowerdir+=/l\\1345,upperdir=/u:p\\040q|/l:3,/l\\5,/u:p q",
        "rw,lowerdir+=/l,datadir+=/d\\011:1|/l,/d\t:1",
      })
  void mayHaveAnyNames(String options, String layers) {
    String found =
        Overlays.paths(options).map(PathBytes::toString).collect(Collectors.joining(","));

    assertThat(found).isEqualTo(layers);
  }

  @Test
  void mayHaveManyLayersWithLongNames() {
    List<String> layers =
        IntStream.range(0, 50).mapToObj(i -> "/" + "long name\\".repeat(300) + i).toList();
    String printed =
        String.join(":", layers).replace("\\", "\\\\").replace("\\", "\\134").replace(" ", "\\040");

    assertThat(Overlays.paths("ro,lowerdir=" + printed + ",xino=off"))
        .extracting(PathBytes::toString)
        .containsExactlyElementsOf(layers);
  }

  @Test
  void haveTheLayersThatCanBeFoundThroughSymbolicLinks() throws IOException {
    MountTable mounts = MountTable.read();
    Path lower = Files.createDirectory(directory.resolve("lower"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), lower);

    Mount on = mounts.byId(Places.mountOf(lower)).orElseThrow();
    Overlays.Layer layer =
        new Overlays.Layer(PathBytes.of(lower.toString()), on, /* isPartlyHidden= */ false);
    assertThat(Overlays.layers(mount("rw,lowerdir=" + lower + ":" + link), mounts))
        .hasValue(List.of(layer, layer));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw,lowerdir=%s:%s/none", "rw,lowerdir=%s,upperdir=u", "rw", "lowerdir="})
  void haveUnknownLayersUnlessAllAreFound(String options) throws IOException {
    Mount overlay = mount(options.formatted(directory, directory));

    assertThat(Overlays.layers(overlay, MountTable.read())).isEmpty();
  }

  private static Mount mount(String options) {
    return new Mount(1, "0:50", PathBytes.ROOT, PathBytes.of("/merged"), Overlays.TYPE, options);
  }
}
