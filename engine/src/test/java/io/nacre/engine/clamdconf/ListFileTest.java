package io.nacre.engine.clamdconf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListFileTest {
  @TempDir private Path directory;

  private final List<String> problems = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(strings = {"/a\n/b c\n", "/a\n/b c", "/a\r\n/b c\r\n", "\n/a\n\n  \n/b c\n\n"})
  void readsPaths(String text) throws IOException {
    assertThat(paths(write(text))).containsExactly("/a", "/b c");
    assertThat(problems).isEmpty();
  }

  @Test
  void keepsTheNumberOfEachLine() throws IOException {
    Path file = write("\n/a\n\n/b");

    assertThat(ListFile.read(file, "X", problems::add))
        .containsExactly(new Setting("X", "/a", file, 2), new Setting("X", "/b", file, 4));
  }

  @Test
  void readsTenThousandLines() throws IOException {
    String text =
        IntStream.range(0, 10_000).mapToObj(i -> "/d/" + i).collect(Collectors.joining("\n"));

    assertThat(paths(write(text))).hasSize(10_000).endsWith("/d/9999");
  }

  @Test
  void refusesWhatIsNoAbsolutePathWithItsLine() throws IOException {
    Path file = write("/a\nhome/b\n/c\0d\n");

    assertThat(paths(file)).containsExactly("/a");
    assertThat(problems)
        .containsExactly(
            file + ":2: home/b is no absolute path; write all of it",
            file + ":3: holds a NUL, which no path does");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/zero", "/"})
  void refusesWhatIsNoRegularFile(Path file) {
    assertThat(paths(file)).isEmpty();
    assertThat(problems).containsExactly(file + ": is no regular file");
  }

  @Test
  void refusesAFileThatIsNotThereOrNoText() throws IOException {
    Path missing = directory.resolve("missing");
    Path binary = Files.write(directory.resolve("binary"), new byte[] {'/', (byte) 0xff});

    assertThat(paths(missing)).isEmpty();
    assertThat(paths(binary)).isEmpty();
    assertThat(problems).containsExactly(missing + ": is not there", binary + ": is not UTF-8");
  }

  private List<String> paths(Path file) {
    return ListFile.read(file, "X", problems::add).stream().map(Setting::value).toList();
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("list"), text, StandardCharsets.UTF_8);
  }
}
