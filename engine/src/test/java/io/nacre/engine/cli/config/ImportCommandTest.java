package io.nacre.engine.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.clamdconf.ExcludeMeaning;
import io.nacre.engine.cli.Main;
import io.nacre.engine.cli.option.ConfigOptions;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigSource;
import io.nacre.engine.config.Configuration;
import io.nacre.engine.config.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A clamd.conf, and what is printed for it, mean the same; whatever became of the clamd.conf. */
class ImportCommandTest {
  private static final int MUTATIONS = 200;
  private static final long SEED = 20_261_125;
  private static final byte[] ODD =
      "#\"\\\r\n\t \0{}[]$^*=:-0159KGyesnoé".getBytes(StandardCharsets.UTF_8);

  @TempDir Path temporary;

  private Path file;
  private String text = "";

  @BeforeEach
  void create() throws IOException {
    Path srv = Files.createDirectories(temporary.toRealPath().resolve("srv # x"));
    file = temporary.toRealPath().resolve("clamd.conf");
    text =
        """
        # An ordinary one.
        LocalSocket /run/clamav/clamd.ctl
        TCPSocket 3310
        TCPAddr localhost
        User clamav
        LogTime yes
        MaxThreads 12
        StreamMaxLength 25M
        TemporaryDirectory "SRV/tmp"
        OnAccessIncludePath "SRV"
        OnAccessIncludePath /usr
        OnAccessMountPath /proc
        OnAccessExcludePath ^/usr/(lib|share)/[^/]+\\.d$
        OnAccessExcludePath /usr/local
        OnAccessPrevention yes
        OnAccessDenyOnError yes
        OnAccessExtraScanning true
        OnAccessMaxFileSize 0
        OnAccessMaxThreads 5
        OnAccessCurlTimeout 10000
        OnAccessRetryAttempts 2
        OnAccessExcludeRootUID no
        OnAccessExcludeUID 111
        OnAccessExcludeUname clamav
        """
            .replace("SRV", srv.toString());
  }

  @ParameterizedTest
  @EnumSource
  void printsWhatReadsBackAsTheSame(ExcludeMeaning excludes) throws Exception {
    Files.writeString(file, text.replace("^/usr/(lib|share)/[^/]+\\.d$", "/usr/[{(*?\\"));
    if (excludes == ExcludeMeaning.REGEX) {
      Files.writeString(file, text);
    }

    Configuration read = ConfigFile.read(ConfigSource.ofClamdConf(file, excludes));

    assertThat(ConfigFile.parse(ImportCommand.text(file, excludes), "imported"))
        .isEqualTo(read.engine());
    assertThat(read.engine().watch().protect()).hasSize(3);
  }

  @Test
  void understandsWholeOrRefusesWithTheLineWhateverBecameOfIt() throws Exception {
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = mutated(text.getBytes(StandardCharsets.UTF_8), new Random(SEED + i));
      Files.write(file, mutated);
      try {
        Configuration read = ConfigFile.read(ConfigSource.ofClamdConf(file, ExcludeMeaning.REGEX));
        assertThat(ConfigFile.parse(ImportCommand.text(file, ExcludeMeaning.REGEX), "imported"))
            .as("mutation " + i + " imported")
            .isEqualTo(read.engine());
        assertThat(read.engine().watch().protect()).as("mutation " + i).isNotEmpty();
      } catch (ConfigurationException e) {
        refused++;
        assertThat(e.problems())
            .as("mutation " + i)
            .isNotEmpty()
            .allMatch(
                problem ->
                    problem.matches(Pattern.quote(file.toString()) + ":[0-9]+: (?s:.+)")
                        || problem.endsWith("names no path, so there is nothing to protect"));
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 10, MUTATIONS);
  }

  @Test
  void endsWithAnExitCodeAndNoTrace() throws Exception {
    Files.writeString(file, "OnAccessMaxThreads 0\n");

    assertThat(Main.commandLine().execute("import", file.toString())).isEqualTo(78);
    assertThat(Main.commandLine().execute("check-config", "--clamd-conf", file.toString()))
        .isEqualTo(78);
    assertThat(Main.commandLine().execute("run", "--clamd-conf", file.toString())).isEqualTo(78);
    Files.writeString(file, text);
    assertThat(Main.commandLine().execute("import", file.toString())).isZero();
    Files.writeString(file, text.replace("^/usr", "/usr").replace("OnAccessMountPath /proc\n", ""));
    assertThat(
            Main.commandLine()
                .execute(
                    "check-config", "--clamd-conf", file.toString(), "--clamd-conf-exclude=exact"))
        .isZero();
  }

  @Test
  void readsTheUsualFileIfNoneIsNamed() {
    assertThat(new ConfigOptions().source())
        .isEqualTo(
            new ConfigSource(
                Optional.of(Path.of("/etc/nacre/nacre.conf")), Optional.empty(), Optional.empty()));
  }

  /** One to four changes: a byte, a line twice or gone, two lines that become one, the end cut. */
  private static byte[] mutated(byte[] text, Random random) {
    byte[] bytes = text;
    for (int changes = 1 + random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(bytes.length - at, 1 + random.nextInt(40));
      byte[] odd = {ODD[random.nextInt(ODD.length)]};
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> spliced(bytes, at, at + 1, odd);
            case 1 -> spliced(bytes, at, at, odd);
            case 2 -> spliced(bytes, at, at + length, new byte[0]);
            case 3 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, at + length));
            default ->
                random.nextInt(10) == 0 ? Arrays.copyOf(bytes, at) : spliced(bytes, at, at, odd);
          };
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] with) {
    byte[] spliced = Arrays.copyOf(bytes, from + with.length + bytes.length - to);
    System.arraycopy(with, 0, spliced, from, with.length);
    System.arraycopy(bytes, to, spliced, from + with.length, bytes.length - to);
    return spliced;
  }
}
