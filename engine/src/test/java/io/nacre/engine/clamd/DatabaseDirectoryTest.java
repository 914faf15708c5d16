package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
  private Path working;
  private Optional<Process> process = Optional.empty();

  @BeforeEach
  void prepare() throws IOException {
    working = directory;
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

    assertThatThrownBy(() -> find("-c " + configuration)).hasMessageContaining("is not there");
  }

  @Test
  void isFoundFromTheDirectoryInWhichItWasStarted() throws IOException {
    Files.writeString(configuration, "DatabaseDirectory " + signatures.getFileName() + "\n");

    assertThat(find("-c clamd.conf")).isEqualTo(signatures.toRealPath());
  }

  @Test
  void isWhereASymbolicLinkLeadsRightNow() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), signatures);
    Files.writeString(configuration, "DatabaseDirectory " + link + "\n");
    DatabaseDirectory found = of("-c " + configuration);
    Path other = Files.createDirectory(directory.resolve("other"));

    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("../" + directory.getFileName() + "/other"));

    assertThat(found.now().toRealPath()).isEqualTo(other.toRealPath());
  }

  @Test
  void isRefusedIfTheProcessMayHaveBeenStartedElsewhere() throws IOException {
    Path unused = Files.writeString(configuration, "DatabaseDirectory " + signatures + "\n");
    working = Path.of("/");

    assertThatThrownBy(() -> find("-c clamd.conf"))
        .hasMessageContaining("is relative, and its directory");
  }

  @Test
  void isRefusedIfTheConfigurationIsGoneOrWasChangedSince() throws IOException {
    assertThatThrownBy(() -> find("-c " + configuration)).isInstanceOf(IOException.class);

    Files.writeString(configuration, "DatabaseDirectory " + signatures + "\n");
    int pid = start("-c " + configuration);
    assertThatThrownBy(() -> DatabaseDirectory.of(pid, Instant.EPOCH))
        .hasMessageContaining("was changed after clamd had been started");
  }

  @Test
  void isRefusedIfTheConfigurationNamesTwo() throws IOException {
    Files.writeString(configuration, "DatabaseDirectory /a\nDatabaseDirectory /b\n");

    assertThatThrownBy(() -> find("-c " + configuration)).hasMessageContaining("several");
  }

  @Test
  void isRefusedForAProgramThatWasBuiltWithNone() {
    assertThatThrownBy(() -> find("--foreground")).hasMessageContaining("cannot be found");
  }

  private Path find(String options) throws IOException {
    return of(options).now().toRealPath();
  }

  private DatabaseDirectory of(String options) throws IOException {
    return DatabaseDirectory.of(start(options), Instant.now());
  }

  private int start(String options) throws IOException {
    List<String> command = new ArrayList<>(List.of("awk", "BEGIN { getline line < \"-\" }"));
    command.addAll(List.of(options.split(" ")));
    Process started = new ProcessBuilder(command).directory(working.toFile()).start();
    process.ifPresent(Process::destroyForcibly);
    process = Optional.of(started);
    await()
        .until(
            () ->
                Files.readString(Path.of("/proc/" + started.pid() + "/cmdline"))
                    .contains("getline"));
    return (int) started.pid();
  }
}
