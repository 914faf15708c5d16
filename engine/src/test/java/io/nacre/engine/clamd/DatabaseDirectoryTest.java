package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a process has its signatures that was started as a clamd is. */
class DatabaseDirectoryTest {
  @TempDir Path directory;

  private Path configuration;
  private Path signatures;
  private Optional<Process> process = Optional.empty();

  @BeforeEach
  void prepare() throws IOException {
    configuration = directory.resolve("clamd.conf");
    signatures = Files.createDirectory(directory.resolve("my signatures"));
  }

  @AfterEach
  void end() {
    process.ifPresent(Process::destroyForcibly);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--config-file %s", "--config-file=%s", "-c %s", "-c%s"})
  void isThatOfTheConfigurationItWasStartedWith(String option) throws IOException {
    Files.writeString(
        configuration, "#DatabaseDirectory /x\n\tDatabaseDirectory " + signatures + " \n");

    assertThat(find(String.format(option, configuration))).isEqualTo(signatures.toRealPath());
  }

  @Test
  void mayBeQuoted() throws IOException {
    Files.writeString(configuration, "DatabaseDirectory \"" + signatures + "\"\n");

    assertThat(find("-c " + configuration)).isEqualTo(signatures.toRealPath());
  }

  @Test
  void isNoneIfThereIsNoSuchDirectory() throws IOException {
    Files.writeString(configuration, "DatabaseDirectory " + directory.resolve("gone") + "\n");

    assertThat(DatabaseDirectory.find(start("-c " + configuration))).isEmpty();
  }

  private Path find(String options) throws IOException {
    return DatabaseDirectory.find(start(options)).orElseThrow().toRealPath();
  }

  private int start(String options) throws IOException {
    List<String> command = new ArrayList<>(List.of("awk", "BEGIN { getline line < \"-\" }"));
    command.addAll(List.of(options.split(" ")));
    Process started = new ProcessBuilder(command).start();
    process = Optional.of(started);
    await()
        .until(
            () ->
                Files.readString(Path.of("/proc/" + started.pid() + "/cmdline"))
                    .contains("getline"));
    return (int) started.pid();
  }
}
