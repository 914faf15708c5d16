package io.nacre.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nacre.engine.clamdconf.ExcludeMeaning;
import io.nacre.engine.config.ClamdConfig.Location;
import io.nacre.engine.config.WatchConfig.Prevention;
import io.nacre.engine.config.WatchConfig.Trigger;
import io.nacre.engine.policy.Strategy;
import io.nacre.linux.fanotify.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The configuration of an engine from a clamd.conf. */
class ClamdConfMappingTest {
  @TempDir Path temporary;

  private Path home;
  private Path file;
  private String include = "";

  @BeforeEach
  void create() throws IOException {
    home = Files.createDirectories(temporary.toRealPath().resolve("home"));
    Files.createDirectories(home.resolve("bofh"));
    file = temporary.toRealPath().resolve("clamd.conf");
    include = "OnAccessIncludePath " + home + "\n";
  }

  @Test
  void hasTheDefaultsOfClamonacc() throws Exception {
    EngineConfig config = read(include);

    assertThat(config.watch().protect()).containsExactly(protect(home, List.of(), List.of()));
    assertThat(config.watch().prevention()).isEqualTo(Prevention.DETECT);
    assertThat(config.watch().triggers()).containsExactly(Trigger.OPEN);
    assertThat(config.policy().maxFileSizeBytes()).isEqualTo(5 << 20);
    assertThat(config.policy().deadline()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.policy().fallback().onError()).isEqualTo(Response.ALLOW);
    assertThat(config.policy().fallback().onDeadline()).isEqualTo(Response.ALLOW);
    assertThat(places(config)).containsExactly(new Location.Automatic());
  }

  @Test
  void takesWhatIsSetFromTheFile() throws Exception {
    EngineConfig config =
        read(
            include
                + """
                LocalSocket /run/clamd.ctl
                OnAccessPrevention yes
                OnAccessDenyOnError yes
                OnAccessExtraScanning yes
                OnAccessMaxFileSize 10M
                OnAccessMaxThreads 12
                OnAccessCurlTimeout 1500
                OnAccessRetryAttempts 3
                OnAccessExcludeRootUID yes
                OnAccessExcludeUID 7
                OnAccessExcludeUID 8
                OnAccessExcludeUname clamav
                """);

    assertThat(config.watch().prevention()).isEqualTo(Prevention.ENFORCE);
    assertThat(config.policy().fallback().onError()).isEqualTo(Response.DENY);
    assertThat(config.policy().fallback().onDeadline()).isEqualTo(Response.DENY);
    assertThat(config.watch().triggers())
        .containsExactlyInAnyOrder(Trigger.OPEN, Trigger.CLOSE_WRITE);
    assertThat(config.policy().maxFileSizeBytes()).isEqualTo(10 << 20);
    assertThat(config.clamd().connections()).isEqualTo(12);
    assertThat(config.clamd().retries()).isEqualTo(3);
    assertThat(config.policy().deadline()).isEqualTo(Duration.ofMillis(1500));
    assertThat(config.policy().exempt().root()).isTrue();
    assertThat(config.policy().exempt().uids()).containsExactly(7, 8);
    assertThat(config.policy().exempt().users()).containsExactly("clamav");
    assertThat(places(config)).containsExactly(new ClamdAddress.Unix("/run/clamd.ctl"));
  }

  @Test
  void usesEveryAddress() throws Exception {
    assertThat(
            places(
                read(include + "TCPSocket 3310\nTCPAddr a\nTCPAddr ::1\nTCPAddr a\nTCPAddr any")))
        .containsExactly(
            new ClamdAddress.Tcp("a", 3310),
            new ClamdAddress.Tcp("::1", 3310),
            new ClamdAddress.Tcp("127.0.0.1", 3310));
    assertThat(places(read(include + "TCPSocket 3310")))
        .containsExactly(new ClamdAddress.Tcp("127.0.0.1", 3310));
    assertThat(places(read(include + "TCPSocket 3310\nLocalSocket /s")))
        .containsExactly(new ClamdAddress.Unix("/s"));
    assertThat(notes(include + "TCPSocket 3310\nLocalSocket /s"))
        .contains(file + ":2: TCPSocket: is not used, since LocalSocket is set");
  }

  @Test
  void scansNoMoreThanAStreamMayBeLong() throws Exception {
    String tcp = include + "TCPSocket 3310\nStreamMaxLength 1M\n";

    assertThat(read(tcp).policy().maxFileSizeBytes()).isEqualTo(1 << 20);
    assertThat(read(tcp + "OnAccessMaxFileSize 1000").policy().maxFileSizeBytes()).isEqualTo(1000);
    assertThat(read(include + "StreamMaxLength 1M\n").policy().maxFileSizeBytes())
        .isEqualTo(5 << 20);
    assertThat(read(include + "OnAccessMaxFileSize 0\n").policy().maxFileSizeBytes())
        .isEqualTo(1L << 40);
  }

  @Test
  void takesAnExcludeByItsConfiguredMeaning() throws Exception {
    String exclude = include + "OnAccessExcludePath " + home + "/b[o]fh\n";

    assertThat(read(exclude).watch().protect())
        .containsExactly(protect(home, List.of(), List.of(home + "/b[o]fh")));
    assertThat(notes(exclude))
        .anyMatch(note -> note.startsWith(file + ":2: OnAccessExcludePath: a regular expression"));

    Configuration exact = readExactly(exclude);
    assertThat(exact.engine().watch().protect())
        .containsExactly(protect(home, List.of(home + "/b\\[o\\]fh"), List.of()));
    assertThat(exact.notes())
        .contains(
            file
                + ":2: OnAccessExcludePath: the directory of this path, with all below it, there now or"
                + " later");
  }

  @Test
  void saysThatAnExcludeMeansNothing() throws Exception {
    assertThat(readExactly(include + "OnAccessExcludePath /nowhere\n").notes())
        .contains(file + ":2: OnAccessExcludePath: means nothing: it lies below no included path");
  }

  @Test
  void leavesTheTemporaryDirectoryOut() throws Exception {
    assertThat(read(include + "TemporaryDirectory " + home + "/bofh\n").watch().protect())
        .containsExactly(protect(home, List.of(home + "/bofh"), List.of()));
    assertThat(read(include + "TemporaryDirectory " + home + "\n").watch().protect())
        .containsExactly(protect(home, List.of(), List.of()));
    assertThat(read(include + "TemporaryDirectory /tmp\n").watch().protect())
        .containsExactly(protect(home, List.of(), List.of()));
  }

  @Test
  void protectsTheMountThatAPathIsOn() throws Exception {
    EngineConfig config =
        read(
            include
                + "OnAccessMountPath /proc/sys\nOnAccessExcludePath /skip$\nOnAccessPrevention yes\n");

    assertThat(config.watch().protect())
        .containsExactly(
            protect(home, List.of(), List.of("/skip$")),
            new ProtectConfig(
                Path.of("/proc"), List.of(), List.of("/skip$"), true, Strategy.MOUNT));
    assertThat(config.watch().prevention()).isEqualTo(Prevention.ENFORCE);
  }

  @Test
  void protectsTheWholeMachineAndSingleDirectories() throws Exception {
    assertThat(read("OnAccessIncludePath /\n").watch().protect())
        .containsExactly(protect(Path.of("/"), List.of(), List.of()));
    assertThat(read(include + "OnAccessDisableDDD yes\n").watch().protect())
        .containsExactly(new ProtectConfig(home, List.of(), List.of(), false, Strategy.DDD));
  }

  @Test
  void exemptsNoUserByNumberIfOneIsZero() throws Exception {
    assertThat(
            read(include + "OnAccessExcludeUID 7\nOnAccessExcludeUID 0\n").policy().exempt().uids())
        .isEmpty();
    assertThat(notes(include + "OnAccessExcludeUID 0\n"))
        .anyMatch(
            note -> note.startsWith(file + ":2: OnAccessExcludeUID: 0 switches this option off"));
  }

  @Test
  void saysHowEachSettingIsUnderstood() throws Exception {
    List<String> settings =
        List.of(
            "LocalSocket /s",
            "OnAccessExcludePath /cache$",
            "OnAccessDisableDDD no",
            "OnAccessPrevention yes",
            "OnAccessDenyOnError yes",
            "OnAccessExtraScanning no",
            "OnAccessMaxFileSize 1M",
            "OnAccessMaxThreads 3",
            "OnAccessCurlTimeout 10",
            "OnAccessRetryAttempts 0",
            "OnAccessExcludeUID 3",
            "OnAccessExcludeUname x",
            "OnAccessExcludeRootUID yes",
            "StreamMaxLength 1M",
            "VirusEvent x");

    List<String> notes = notes(include + String.join("\n", settings));

    for (int line = 1; line <= settings.size() + 1; line++) {
      String where = file + ":" + line + ": ";
      assertThat(notes).anyMatch(note -> note.startsWith(where));
    }
    assertThat(notes).contains(file + ":5: OnAccessPrevention: nacre.prevention = enforce");
  }

  @Test
  void saysWhatIsLeftToClamd() throws Exception {
    assertThat(
            notes(
                include + "VirusEvent /bin/true %v\nScanOnAccess yes\nMaxThreads 5\nLogTime yes\n"))
        .anyMatch(note -> note.startsWith(file + ":2: VirusEvent: is run by clamd"))
        .anyMatch(note -> note.startsWith(file + ":3: ScanOnAccess: is an option of old versions"))
        .contains(file + ": other options, left to clamd: 2");
  }

  @Test
  void takesTheFirstOfSeveralAsClamdDoes() throws Exception {
    String twice = include + "OnAccessPrevention yes\nOnAccessPrevention no\n";

    assertThat(read(twice).watch().prevention()).isEqualTo(Prevention.ENFORCE);
    assertThat(notes(twice))
        .contains(
            file + ":3: OnAccessPrevention: means nothing, since line 2 counts, as for clamd");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "OnAccessIncludePath /nowhere~OnAccessIncludePath: /nowhere does not exist",
        "OnAccessIncludePath /etc/passwd~OnAccessIncludePath: /etc/passwd is not a directory",
        "OnAccessIncludePath home~OnAccessIncludePath: home must be an absolute path",
        "OnAccessMountPath /nowhere~OnAccessMountPath: /nowhere does not exist",
        "OnAccessMaxThreads 0~OnAccessMaxThreads: 0 threads would scan nothing; take the line away for a good number",
        "OnAccessMaxThreads 257~OnAccessMaxThreads: must be from 1 to 256",
        "OnAccessCurlTimeout 0~OnAccessCurlTimeout: must be from 1 ms to 600 s",
        "OnAccessRetryAttempts 300~OnAccessRetryAttempts: must be from 0 to 10",
        "OnAccessExcludePath [[=a=]]~OnAccessExcludePath: [[=a=]]: [=…=] in brackets is not understood; write the characters",
        "OnAccessExcludePath /home~OnAccessExcludePath: /home leaves nothing of HOME to protect",
        "LocalSocket run/clamd~'LocalSocket: must be an absolute path, not run/clamd'",
        "TCPSocket 0~TCPSocket: must be from 1 to 65535",
      })
  void refusesWithTheLine(String line, String problem) throws Exception {
    assertThat(refused(include + line + "\n"))
        .containsExactly(file + ":2: " + problem.replace("HOME", home.toString()));
  }

  @Test
  void refusesToProtectNothing() throws Exception {
    assertThat(refused("LogTime yes\n"))
        .containsExactly(
            file + ": OnAccessIncludePath: names no path, so there is nothing to protect");
  }

  @Test
  void saysEverythingThatIsWrongAtOnce() throws Exception {
    assertThat(refused("OnAccessIncludePath /nowhere\nFoo\nOnAccessMaxThreads 0\n")).hasSize(3);
  }

  @Test
  void givesWayToAFileOfNacresOwn() throws Exception {
    Files.writeString(file, include + "OnAccessPrevention no\nOnAccessMaxThreads 12\n");
    Path own = temporary.resolve("nacre.conf");
    Files.writeString(
        own, "nacre { clamd-conf = \"" + file + "\", prevention = enforce, protect += \"/usr\" }");

    EngineConfig config = ConfigFile.read(own);

    assertThat(config.watch().prevention()).isEqualTo(Prevention.ENFORCE);
    assertThat(config.clamd().connections()).isEqualTo(12);
    assertThat(config.watch().protect())
        .extracting(ProtectConfig::path)
        .containsExactly(home, Path.of("/usr"));
    assertThat(
            ConfigFile.read(new ConfigSource(Optional.of(own), Optional.of(file), Optional.empty()))
                .engine())
        .isEqualTo(config);
  }

  private EngineConfig read(String text) throws Exception {
    return read(text, ExcludeMeaning.REGEX).engine();
  }

  private Configuration readExactly(String text) throws Exception {
    return read(text, ExcludeMeaning.EXACT);
  }

  private List<String> notes(String text) throws Exception {
    return read(text, ExcludeMeaning.REGEX).notes();
  }

  private Configuration read(String text, ExcludeMeaning excludes) throws Exception {
    Files.writeString(file, text);
    return ConfigFile.read(ConfigSource.ofClamdConf(file, excludes));
  }

  private List<String> refused(String text) throws Exception {
    Files.writeString(file, text);
    return catchThrowableOfType(
            ConfigurationException.class,
            () -> ConfigFile.read(ConfigSource.ofClamdConf(file, ExcludeMeaning.REGEX)))
        .problems();
  }

  private static List<Location> places(EngineConfig config) {
    return config.clamd().endpoints().stream().map(ClamdConfig.Endpoint::location).toList();
  }

  private static ProtectConfig protect(Path path, List<String> exclude, List<String> excludeRegex) {
    return new ProtectConfig(path, exclude, excludeRegex, true, Strategy.AUTO);
  }
}
