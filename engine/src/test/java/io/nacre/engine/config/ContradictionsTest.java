package io.nacre.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is accepted with a warning, and how the effective configuration is shown. */
class ContradictionsTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prevention = detect, on-error = deny | on-error: warning: denies nothing, since nacre.prevention is detect",
        "triggers = [close-write] | triggers: warning: without open or exec no open waits, so that nacre.prevention = enforce prevents nothing but the opens of files that were found infected when they were written",
        "clamd.scan-timeout = 1 s | clamd.scan-timeout: warning: is shorter than nacre.deadline, so that nacre.on-error decides before the deadline",
        "max-file-size = 25 B | max-file-size: warning: files of more than 25 bytes are allowed unscanned, since nacre.on-oversize is allow",
        "clamd { hedge-after = 5 s, endpoints = [\"unix:/a\", \"unix:/b\"] } | clamd.hedge-after: warning: no open waits that long, since nacre.deadline is not longer",
        "cache { entries = 0, kernel = safe } | cache.kernel: warning: has no effect, since nacre.cache.entries is 0",
        "cache.entries = 1000000 | cache.entries: warning: only 279620 files fit into nacre.cache.memory",
        "detection.quarantine = /q | detection.quarantine: warning: no file is put there, since nacre.detection.action is none",
        "detection { log = [], events = \"\" } | detection.log: warning: detections are reported nowhere",
      })
  void areReportedWithALine(String block, String warning) throws IOException {
    assertThat(problems("nacre {\n protect = [\"DIR\"]\n" + block + "\n}"))
        .containsExactly("FILE:3: nacre." + warning);
  }

  @Test
  void includeAHoleInAProtectedPath() throws IOException {
    assertThat(problems("nacre.protect = [\"DIR\",\n{ path = \"DIR/inner\", recursive = false }]"))
        .containsExactly(
            "FILE:2: nacre.protect: warning: DIR/inner with recursive = false leaves its"
                + " subdirectories unprotected, although a protected path is above it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"DIR\", \"DIR/\", \"DIR/inner/..\"]",
        "[\"DIR\", { path = \"DIR/link\" }]",
        "[\"DIR\", \"DIR/inner\"]",
      })
  void areNoneInPathsThatAreEqualOrNested(String paths) throws IOException {
    assertThat(problems("nacre.protect = " + paths)).isEmpty();
  }

  @Test
  void refuseAPathWithTwoSetsOfKeys() throws IOException {
    assertThat(
            problems("nacre.protect = [\"DIR/link\",\n{ path = \"DIR/\", exclude = [\"*.iso\"] }]"))
        .containsExactly(
            "FILE:2: nacre.protect: DIR is named twice with different keys, also at FILE:1; keep"
                + " one of the two");
  }

  @Test
  void areShownByTheOriginsOfAllValues() throws IOException {
    Path file = write("nacre { protect = [\"DIR\"]\nqueue = 7 }\nnacre.exempt.programs += /opt/x");

    List<String> lines =
        ConfigFile.reading(ConfigSource.of(file)).configuration().orElseThrow().origins().lines();

    assertThat(lines)
        .contains(
            "nacre.queue = 7  # " + file + ":2",
            "nacre.deadline = \"5 s\"  # default",
            "  \"/usr/sbin/sshd\"  # default",
            "  \"/opt/x\"  # " + file + ":3")
        .startsWith("nacre.clamd-conf = \"\"  # default")
        .endsWith("nacre.dead-man = \"10 s\"  # default");
  }

  private List<String> problems(String text) throws IOException {
    Path file = write(text);
    return ConfigFile.reading(ConfigSource.of(file)).problems().stream()
        .map(
            problem ->
                problem
                    .line()
                    .replace(file.toString(), "FILE")
                    .replace(file.resolveSibling("srv").toString(), "DIR"))
        .toList();
  }

  private Path write(String text) throws IOException {
    Path directory = Files.createDirectories(temporary.toRealPath().resolve("srv"));
    Files.createDirectories(directory.resolve("inner"));
    Files.createSymbolicLink(directory.resolve("link"), directory);
    return Files.writeString(
        temporary.toRealPath().resolve("nacre.conf"), text.replace("DIR", directory.toString()));
  }
}
