package io.nacre.engine.cli.clamonacc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListFileTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"/a\n/b c\n", "/a\n/b c", "/a\r\n/b c\r\n", "\n/a\n\n  \n/b c\n\n"})
  void readsPaths(String text) throws IOException {
    ListFile list = ListFile.read(write(text));

    assertThat(list.problems()).isEmpty();
    assertThat(paths(list)).containsExactly("/a", "/b c");
  }

  @Test
  void keepsTheNumberOfEachLine() throws IOException {
    assertThat(ListFile.read(write("\n/a\n\n/b")).lines())
        .containsExactly(new ListFile.Line(2, "/a"), new ListFile.Line(4, "/b"));
  }

  @Test
  void readsTenThousandLines() throws IOException {
    String text =
        IntStream.range(0, 10_000).mapToObj(i -> "/d/" + i).collect(Collectors.joining("\n"));

    assertThat(paths(ListFile.read(write(text)))).hasSize(10_000).endsWith("/d/9999");
  }

  @Test
  void refusesWhatIsNoAbsolutePathWithItsLine() throws IOException {
    Path file = write("/a\nhome/b\n/c\0d\n");

    assertThat(ListFile.read(file).problems())
        .containsExactly(
            file + ":2: home/b is no absolute path; write all of it",
            file + ":3: holds a NUL, which no path does");
  }

  @Test
  void refusesAFileThatIsNotThereOrNoText() throws IOException {
    Path missing = directory.resolve("missing");
    Path binary = Files.write(directory.resolve("binary"), new byte[] {'/', (byte) 0xff});

    assertThat(ListFile.read(missing).problems()).containsExactly(missing + ": is not there");
    assertThat(ListFile.read(binary).problems()).containsExactly(binary + ": is not UTF-8");
  }

  private static List<String> paths(ListFile list) {
    return list.lines().stream().map(ListFile.Line::path).toList();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("list"), text, StandardCharsets.UTF_8);
  }
}
