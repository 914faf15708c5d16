package io.nacre.engine.kernelcache;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.kernelcache.IdmappedMounts.Bounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdmappedMountsTest {
  private static final Bounds BOUNDS = new Bounds(1000, 1000, 10, 1000);
  private static final String IDMAPPED = "36 35 98:1 / /mnt rw,idmapped - ext3 /dev/root rw";

  @TempDir private Path processes;
  private long nanos;
  private long nanosAQuestion;

  @Test
  void findsTheDeviceOfAnIdmappedMount() throws IOException {
    assertThat(devices("36 35 98:1 /mnt1 /mnt2 rw,noatime,idmapped master:1 - ext3 /dev/root rw"))
        .containsExactly(98L << 32 | 1);
  }

  @Test
  void believesNoPathAndNoOptionOfTheFileSystem() throws IOException {
    assertThat(devices("36 35 98:1 / /mnt/idmapped rw,noatime - ext3 /dev/root rw,idmapped"))
        .isEmpty();
  }

  @Test
  void believesNoOptionThatSoundsLikeIt() throws IOException {
    assertThat(devices("36 35 98:1 / /mnt rw,noatime,notidmapped - ext3 /dev/root rw")).isEmpty();
  }

  @Test
  void looksOnceAtEachNamespace() throws IOException {
    Path first = process(1, "a", IDMAPPED);
    process(2, "a", "36 35 98:2 / /mnt rw,idmapped - ext3 /dev/root rw");
    process(3, "b", "36 35 98:3 / /mnt rw,idmapped - ext3 /dev/root rw");
    assertThat(look(BOUNDS).orElseThrow()).hasSize(2).contains(98L << 32 | 3);

    Files.delete(first.resolve("mountinfo"));
    assertThat(look(BOUNDS).orElseThrow())
        .as("by another process of the same one")
        .contains(98L << 32 | 2);
  }

  @Test
  void tellsNothingWhenALookIsTooMuch() throws IOException {
    process(1, "a", IDMAPPED);
    process(2, "b", "36 35 98:3 / /mnt rw,idmapped - ext3 /dev/root rw");
    long length = IDMAPPED.length() + 1L;

    assertThat(look(new Bounds(length, 3 * length, 10, 10))).isPresent();
    assertThat(look(new Bounds(length - 1, 3 * length, 10, 10))).as("of one").isEmpty();
    assertThat(look(new Bounds(length, length, 10, 10))).as("of all").isEmpty();
    assertThat(look(new Bounds(length, 3 * length, 1, 10))).as("devices").isEmpty();
    nanosAQuestion = 10;
    assertThat(look(new Bounds(length, 3 * length, 10, 10))).as("time").isEmpty();
  }

  @Test
  void tellsNothingWithoutProcfs() {
    assertThat(new IdmappedMounts(processes.resolve("none"), BOUNDS, () -> 0).find()).isEmpty();
  }

  private Set<Long> devices(String line) throws IOException {
    process(1, "a", line);
    return look(BOUNDS).orElseThrow();
  }

  private Optional<Set<Long>> look(Bounds bounds) {
    return new IdmappedMounts(processes, bounds, () -> nanos += nanosAQuestion).find();
  }

  private Path process(int pid, String namespace, String line) throws IOException {
    Path process = processes.resolve(String.valueOf(pid));
    Files.createDirectories(process.resolve("ns"));
    Files.createSymbolicLink(process.resolve("ns/mnt"), Path.of(namespace));
    Files.writeString(process.resolve("mountinfo"), line + "\n");
    return process;
  }
}
