package io.nacre.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.nacre.engine.config.ClamdConfig.Endpoint;
import io.nacre.engine.config.ClamdConfig.Location;
import io.nacre.engine.config.PolicyConfig.Exempt;
import io.nacre.engine.config.WatchConfig.Prevention;
import io.nacre.engine.config.WatchConfig.Trigger;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.policy.Strategy;
import io.nacre.linux.fanotify.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {
  @TempDir Path temporary;

  private Path directory;
  private Path file;
  private String protect = "";

  @BeforeEach
  void create() throws IOException {
    directory = Files.createDirectory(temporary.toRealPath().resolve("srv"));
    file = temporary.toRealPath().resolve("nacre.conf");
    protect = "nacre.protect = [\"" + directory + "\"]\n";
  }

  @Test
  void hasTheDefaultsOfTheManual() throws Exception {
    EngineConfig config = read(protect);

    assertThat(config.watch().protect()).containsExactly(protect(directory, List.of()));
    assertThat(config.watch().strategy()).isEqualTo(Strategy.AUTO);
    assertThat(config.watch().crossMounts()).isTrue();
    assertThat(config.watch().prevention()).isEqualTo(Prevention.ENFORCE);
    assertThat(config.watch().triggers()).containsExactlyInAnyOrder(Trigger.values());
    assertThat(config.policy().exempt())
        .satisfies(
            exempt -> {
              assertThat(exempt.users()).isEmpty();
              assertThat(exempt.uids()).isEmpty();
              assertThat(exempt.root()).isFalse();
              assertThat(exempt.programs())
                  .startsWith("/usr/lib/systemd/systemd")
                  .contains("/usr/sbin/sshd", "/usr/lib/openssh/sshd-session", "/usr/bin/udevadm")
                  .doesNotHaveDuplicates();
            });
    assertThat(config.policy().maxFileSizeBytes()).isEqualTo(25L << 20);
    assertThat(config.policy().deadline()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.policy().fallback()).isEqualTo(FallbackPolicy.ALLOW_ALL);
    assertThat(config.start().queue()).isEqualTo(16_384);
    assertThat(config.start().controlSocket()).contains(Path.of("/run/nacre/nacre.sock"));
    assertThat(config.start().deadMan()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.clamd().connections()).isBetween(4, 10);
    assertThat(config.clamd())
        .isEqualTo(
            new ClamdConfig(
                List.of(new Endpoint(new Location.Automatic(), 1, Optional.empty(), Transport.FD)),
                config.clamd().connections(),
                Duration.ofMinutes(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(130),
                1,
                Optional.empty(),
                Optional.empty(),
                false));
  }

  @Test
  void takesEveryValueFromTheFile() throws Exception {
    EngineConfig config =
        read(
            protect,
            """
            nacre {
              strategy = filesystem
              cross-mounts = false
              prevention = detect
              require-prevention = false
              triggers = [exec, close-write]
              exempt { users = [clamav, "bob"], uids = [7, 8], root = true, programs = [/opt/x] }
              max-file-size = 1 GiB
              deadline = 250 ms
              on-deadline = deny
              on-error = deny
              on-oversize = deny
              on-overload = deny
              queue = 100
              rescan-queue = 50
              prefetch = off
              idle-scan = on
              cache.entries = 1000
              cache.kernel = leased
              cache.kernel-marks = 2000
              cache.leases = 30
              clamd {
                endpoints = [
                  "unix:/run/c.sock"
                  { address = "tcp:[::1]:3310", weight = 2, connections = 5, transport = auto }
                ]
                connections = 3
                transport = stream
                hedge-after = 700 ms
                database = /srv/signatures
                start-timeout = 1 m
                connect-timeout = 2 s
                scan-timeout = 3 s
                retries = 0
              }
              detection {
                action = move
                quarantine = /srv/quarantine
                hook = [/usr/bin/logger, -t, nacre]
                hook-timeout = 4 s
                events = ""
                events-size = 1 MiB
                log = [journald, syslog]
                json-log = /var/log/nacre.json
              }
              control.socket = ""
              log-level = debug
              dead-man = 1 m
            }
            """);

    assertThat(config)
        .isEqualTo(
            new EngineConfig(
                new PolicyConfig(
                    new Exempt(List.of("clamav", "bob"), List.of(7, 8), true, List.of("/opt/x")),
                    1L << 30,
                    Duration.ofMillis(250),
                    new FallbackPolicy(Response.DENY, Response.DENY, Response.DENY, Response.DENY)),
                new WatchConfig(
                    List.of(protect(directory, Strategy.FILESYSTEM, List.of())),
                    Strategy.FILESYSTEM,
                    false,
                    Prevention.DETECT,
                    Set.of(Trigger.EXEC, Trigger.CLOSE_WRITE)),
                new ClamdConfig(
                    List.of(
                        new Endpoint(
                            new ClamdAddress.Unix("/run/c.sock"),
                            1,
                            Optional.empty(),
                            Transport.STREAM),
                        new Endpoint(
                            new ClamdAddress.Tcp("::1", 3310),
                            2,
                            Optional.of(5),
                            Transport.STREAM)),
                    3,
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(3),
                    0,
                    Optional.of(Duration.ofMillis(700)),
                    Optional.of(Path.of("/srv/signatures")),
                    false),
                new CacheConfig(
                    1_000, new KernelCacheConfig(KernelCacheConfig.Mode.LEASED, 2_000, 30)),
                new DetectionConfig(
                    DetectionConfig.Action.MOVE,
                    Path.of("/srv/quarantine"),
                    List.of("/usr/bin/logger", "-t", "nacre"),
                    Duration.ofSeconds(4),
                    Optional.empty(),
                    1L << 20,
                    Set.of(DetectionConfig.Log.JOURNALD, DetectionConfig.Log.SYSLOG),
                    Optional.of(Path.of("/var/log/nacre.json"))),
                new PrefetchConfig(/* isEnabled= */ false, /* idleScan= */ true),
                new LogConfig(LogConfig.Level.DEBUG),
                new StartConfig(
                    /* requirePrevention= */ false,
                    100,
                    50,
                    Optional.empty(),
                    Duration.ofMinutes(1))));
  }

  @Test
  void addsToTheExemptProgramsOrReplacesThem() throws Exception {
    List<String> defaults = read(protect).policy().exempt().programs();

    List<String> more =
        read(protect, "nacre.exempt.programs += /opt/x").policy().exempt().programs();
    List<String> twice =
        read(protect, "nacre.exempt.programs += /opt/x", "nacre { exempt { programs += /opt/y } }")
            .policy()
            .exempt()
            .programs();
    List<String> others =
        read(protect, "nacre { exempt { programs = [/opt/x] } }").policy().exempt().programs();

    assertThat(more).startsWith(defaults.toArray(String[]::new)).endsWith("/opt/x");
    assertThat(more).hasSize(defaults.size() + 1);
    assertThat(twice).hasSize(defaults.size() + 2).endsWith("/opt/x", "/opt/y");
    assertThat(others).containsExactly("/opt/x");
  }

  @Test
  void refusesAnExemptProgramThatIsALink() throws Exception {
    Path program = Files.createFile(directory.resolve("program"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), program);

    assertThat(refused(protect + "nacre.exempt.programs += \"" + link + "\""))
        .containsExactly(
            file
                + ":2: nacre.exempt.programs: "
                + link
                + " is a symbolic link; name the program "
                + program);
  }

  @Test
  void explainsEveryKeyInTheManual() {
    Config manual =
        ConfigFactory.parseResources(ConfigFile.class, "/io/nacre/engine/reference.conf");

    assertThat(withoutComment("", manual.root())).isEmpty();
    assertThat(manual.root().keySet()).containsExactly("nacre");
  }

  @Test
  void parsesTextWithAName() throws Exception {
    assertThat(ConfigFile.parse(protect, "the command line").watch().protect()).hasSize(1);
    assertThat(problems(() -> ConfigFile.parse("nacre.queue = 0", "the command line")))
        .contains("the command line:1: nacre.queue: must be from 1 to 1000000");
  }

  @Test
  void takesObjectsWithExcludes() throws Exception {
    Files.createDirectories(directory.resolve("a/b"));

    EngineConfig config =
        read(
            "nacre.protect = [{ path = \"%1$s\", exclude = [\"%1$s/a/b\", \"%1$s/later\"] }]"
                .formatted(directory));

    assertThat(config.watch().protect())
        .containsExactly(protect(directory, List.of(directory + "/a/b", directory + "/later")));
  }

  @Test
  void takesPatternsAsExcludes() throws Exception {
    EngineConfig config =
        read(
            "nacre.protect = [{ path = \"%1$s\", exclude = [node_modules, \"%1$s/*/a\\\\*b\"] }]"
                .formatted(directory));

    assertThat(config.watch().protect())
        .containsExactly(
            protect(directory, List.of(directory + "/**/node_modules", directory + "/*/a\\*b")));
  }

  @Test
  void followsLinksInExcludes() throws Exception {
    Path real = Files.createDirectory(directory.resolve("real"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);

    EngineConfig config =
        read(
            "nacre.protect = [{ path = \"%1$s\", exclude = [\"%1$s/real\", \"%1$s/later\"] }]"
                .formatted(link));

    assertThat(config.watch().protect())
        .containsExactly(protect(directory, List.of(real.toString(), directory + "/later")));
  }

  @Test
  void saysAllThatIsWrongAtOnce() throws Exception {
    List<String> problems =
        refused(
            """
            nacre {
              protect = ["relative", 7]
              strategy = sometimes
              deadline = 20 m
              on-deadline = perhaps
              queue = many
              qeue = 1
              clamd.connections = 0
            }
            """);

    assertThat(problems)
        .containsExactlyInAnyOrder(
            file + ":2: nacre.protect: relative must be an absolute path",
            file + ":2: nacre.protect: holds paths, or objects like { path = \"/home\" }",
            file + ":3: nacre.strategy: must be auto or ddd or filesystem or mount, not sometimes",
            file + ":4: nacre.deadline: must be from 1 ms to 600 s",
            file + ":5: nacre.on-deadline: must be allow or deny, not perhaps",
            file + ":6: nacre.queue: must be a whole number from 1 to 1000000, not many",
            file + ":7: nacre.qeue: is no such key; did you mean queue?",
            file + ":8: nacre.clamd.connections: must be from 1 to 256");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nacre.strategy = DDD | nacre.strategy: must be auto or ddd or filesystem or mount, not DDD",
        "nacre.strategy = [] | nacre.strategy: must be one value, not a list",
        "nacre.prevention = off | nacre.prevention: must be enforce or detect, not off",
        "nacre.on-error = true | nacre.on-error: must be allow or deny, not true",
        "nacre.exempt.users = bob | nacre.exempt.users: must be a list of names: users = [backup]",
        "nacre.exempt.uids = [bob] | nacre.exempt.uids: must be a whole number from 0 to 4294967294, not bob",
        "nacre.exempt.programs = /sbin/init | nacre.exempt.programs: must be a list of programs: programs += \"/usr/sbin/dropbear\"",
        "nacre.exempt.programs = [sshd] | nacre.exempt.programs: sshd must be an absolute path",
        "nacre.exempt.programs = [7] | nacre.exempt.programs: holds paths of programs, as strings",
        "nacre.exempt.programs += /usr/../x | nacre.exempt.programs: /usr/../x must be written without . and .. and needless slashes",
        "nacre.exempt.programs = [/opt/x/] | nacre.exempt.programs: /opt/x/ must be written without . and .. and needless slashes",
        "nacre.exempt.programs = [/] | nacre.exempt.programs: / must be written without . and .. and needless slashes",
        "nacre.exempt.programs = [\"/opt/*\"] | nacre.exempt.programs: /opt/* is a pattern, and only plain paths are understood",
        "nacre.exempt.root = maybe | nacre.exempt.root: must be true or false, not maybe",
        "nacre.max-file-size = 0 B | nacre.max-file-size: must be at least 1 byte",
        "nacre.max-file-size = 0 | nacre.max-file-size: needs a unit, such as 512 KiB, 25 MiB or 1 GiB",
        "nacre.max-file-size = 25 | nacre.max-file-size: needs a unit, such as 512 KiB, 25 MiB or 1 GiB",
        "nacre.max-file-size = 25 mb | nacre.max-file-size: has no unit mb; a size is B, kB, KiB, MB, MiB, GB or GiB",
        "nacre.max-file-size = 25 % | nacre.max-file-size: must be a size, such as 512 KiB, 25 MiB or 1 GiB, not 25 %",
        "nacre.cache.memory = 64 | nacre.cache.memory: needs a unit, such as 512 KiB, 25 MiB or 1 GiB",
        "nacre.detection.events-size = 16 | nacre.detection.events-size: needs a unit, such as 512 KiB, 25 MiB or 1 GiB",
        "nacre.deadline = 0 | nacre.deadline: needs a unit, such as 500 ms, 5 s or 2 m",
        "nacre.deadline = 5 parsecs | nacre.deadline: has no unit parsecs; a duration is ms, s, m or h",
        "nacre.deadline = 99999999999999999999 h | nacre.deadline: must be from 1 ms to 600 s",
        "nacre.cross-mounts = yes | nacre.cross-mounts: must be true or false, not yes",
        "nacre.exempt.root = \"true\" | nacre.exempt.root: must be true or false, without double quotes",
        "nacre.exempt.uids = [-1] | nacre.exempt.uids: must be from 0 to 4294967294",
        "nacre.exempt.uids = [1.5] | nacre.exempt.uids: must be a whole number from 0 to 4294967294, not 1.5",
        "nacre.exempt.users = [1000] | nacre.exempt.users: 1000 is a number, which belongs into exempt.uids",
        "nacre.exempt.users = [\"\"] | nacre.exempt.users: holds names of users, as strings",
        "nacre.exempt { root = false, uids = [0] } | nacre.exempt.root: is false, and another key of nacre.exempt names user 0",
        "nacre.clamd.hedge-after = 1 s | nacre.clamd.hedge-after: needs a second clamd in nacre.clamd.endpoints",
        "nacre.cache { kernel = leased, leases = 0 } | nacre.cache.kernel: leased needs leases, and nacre.cache.leases is 0",
        "nacre.journal = 10 | nacre.journal: is called nacre.rescan-queue now",
        "nacre.scan-ahead = auto | nacre.scan-ahead: is called nacre.prefetch now",
        "nacre.cache.snapshot = true | nacre.cache.snapshot: does not exist any more; take the line away",
        "nacre.clamd.transport = path | nacre.clamd.transport: must be auto or fd or stream, not path, which does not exist any more",
        "nacre.users = [bob] | nacre.users: is no such key; did you mean nacre.exempt.users?",
        "queue = 10 | queue: is no such key; did you mean nacre.queue?",
        "nacre.queue = \"10\" | nacre.queue: must be a whole number from 1 to 1000000, without double quotes",
        "nacre.queue = 10 % | nacre.queue: must be a whole number from 1 to 1000000, not 10 %",
        "nacre.detection.json-log = ~/x | nacre.detection.json-log: must be an absolute path: ~ is not expanded",
        "nacre.deadline = 0 s | nacre.deadline: must be from 1 ms to 600 s",
        "nacre.deadline = -5 s | nacre.deadline: must be from 1 ms to 600 s",
        "nacre.deadline = 601 s | nacre.deadline: must be from 1 ms to 600 s",
        "nacre.dead-man = 500 ms | nacre.dead-man: must be from 1 s to 600 s",
        "nacre.deadline = 5 | nacre.deadline: needs a unit, such as 500 ms, 5 s or 2 m",
        "nacre.deadline = \"5\" | nacre.deadline: needs a unit, such as 500 ms, 5 s or 2 m",
        "nacre.queue = 10.5 | nacre.queue: must be a whole number from 1 to 1000000, not 10.5",
        "nacre.queue = 0 | nacre.queue: must be from 1 to 1000000",
        "nacre.queue = 1000001 | nacre.queue: must be from 1 to 1000000",
        "nacre.queue = [] | nacre.queue: must be a whole number from 1 to 1000000, not a list",
        "nacre.clamd.connections = 257 | nacre.clamd.connections: must be from 1 to 256",
        "nacre.clamd.connections = some | nacre.clamd.connections: must be a whole number from 1 to 256, not some",
        "nacre.clamd.start-timeout = 1 h | nacre.clamd.start-timeout: must be from 1 s to 1800 s",
        "nacre.clamd.connect-timeout = 2 m | nacre.clamd.connect-timeout: must be from 1 ms to 60 s",
        "nacre.clamd.scan-timeout = 99 ms | nacre.clamd.scan-timeout: must be from 100 ms to 3600 s",
        "nacre.triggers = [] | nacre.triggers: is empty, so that nothing would be scanned",
        "nacre.triggers = open | nacre.triggers: must be a list: triggers = [open, close-write]",
        "nacre.triggers = [[open]] | nacre.triggers: holds open, exec and close-write, not [open]",
        "nacre.clamd.transport = udp | nacre.clamd.transport: must be auto or fd or stream, not udp",
        "nacre.clamd.hedge-after = 2 m | nacre.clamd.hedge-after: must be from 1 ms to 60 s",
        "nacre.clamd.hedge-after = 0 ms | nacre.clamd.hedge-after: must be from 1 ms to 60 s",
        "nacre.clamd.database = signatures | nacre.clamd.database: must be auto, official or an absolute path",
        "nacre.clamd.retries = -1 | nacre.clamd.retries: must be from 0 to 10",
        "nacre.clamd = embedded | nacre.clamd: must be a block: nacre.clamd { … }",
        "nacre.clamd.endpoints = embedded | nacre.clamd.endpoints: must be a list: endpoints = [\"unix:/run/clamav/clamd.ctl\"]",
        "nacre.clamd.retry = 1 | nacre.clamd.retry: is no such key; did you mean retries?",
        "nacre.control.socket = run/x | nacre.control.socket: must be an absolute path of at most 107 bytes",
        "pekko.loglevel = DEBUG | pekko: is no such key",
      })
  void saysWhatIsWrongWithAValue(String line, String problem) throws Exception {
    assertThat(refused(protect + line)).containsExactly(file + ":2: " + problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "5 parsecs", "[5 s]", "true"})
  void saysThatADurationIsNone(String value) throws Exception {
    assertThat(refused(protect + "nacre.deadline = " + value))
        .singleElement()
        .asString()
        .startsWith(file + ":2: nacre.deadline: ")
        .hasSizeGreaterThan((file + ":2: nacre.deadline: ").length() + 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"big", "5 parsecs", "-1", "[5]", "99999999999 TiB"})
  void saysThatASizeIsNone(String value) throws Exception {
    assertThat(refused(protect + "nacre.max-file-size = " + value))
        .singleElement()
        .asString()
        .startsWith(file + ":2: nacre.max-file-size: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "protect",
        "strategy",
        "deadline",
        "max-file-size",
        "queue",
        "exempt",
        "exempt.users",
        "clamd",
        "clamd.connections",
        "clamd.endpoints",
        "control",
        "control.socket",
      })
  void refusesNullWithWhateverElseIsWrong(String key) throws Exception {
    List<String> problems = refused(protect + "nacre." + key + " = null\nnacre.dead-man = 0 s");

    assertThat(problems).hasSizeGreaterThan(1).anyMatch(problem -> problem.contains("." + key));
    assertThat(problems).contains(file + ":3: nacre.dead-man: must be from 1 s to 600 s");
  }

  @Test
  void saysThatNothingIsProtectedWithWhateverElseIsWrong() throws Exception {
    assertThat(refused("nacre.qeue = 1"))
        .containsExactlyInAnyOrder(
            file + ":1: nacre.qeue: is no such key; did you mean queue?",
            file + ":1: nacre.protect: names no path, so there is nothing to protect");
  }

  @Test
  void saysWhichTriggerIsNone() throws Exception {
    assertThat(refused(protect + "nacre.triggers = [\n  open,\n  close\n]"))
        .containsExactly(file + ":4: nacre.triggers: holds open, exec and close-write, not close");
  }

  @Test
  void countsTheBytesOfASocketPath() throws Exception {
    String path = "/" + "\u00e9".repeat(60);

    assertThat(refused(protect + "nacre.control.socket = \"" + path + "\"")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nacre.protect = [] | nacre.protect: names no path, so there is nothing to protect",
        "nacre.protect = /srv | nacre.protect: must be a list of paths: protect = [\"/srv\"]",
        "nacre.protect = [\"/no/such\"] | nacre.protect: /no/such does not exist",
        "nacre.protect = [\"/dev/null\"] | nacre.protect: /dev/null is not a directory",
        "nacre.protect = [\"\"] | nacre.protect: an empty text is no path",
        "nacre.protect = [{}] | nacre.protect: has no path",
        "nacre.protect = [{ exclude = [] }] | nacre.protect: has no path",
        "nacre.protect = [[\"/srv\"]] | nacre.protect: holds paths, or objects like { path = \"/home\" }",
        "nacre.protect = [{ path = \"/usr\", excludes = [] }] | nacre.protect.excludes: is no such key; did you mean exclude?",
        "nacre.protect = [{ path = \"/usr\", exclude = \"/usr/lib\" }] | nacre.protect.exclude: must be a list: exclude = [\"…\"]",
        "nacre.protect = [{ path = \"/usr\", exclude-regex = [\"^/usr\"] }] | nacre.protect.exclude-regex: ^/usr leaves nothing of /usr to protect",
        "nacre.protect = [{ path = \"/usr\", exclude-regex = [\"[[=a=]]\"] }] | nacre.protect.exclude-regex: [[=a=]]: [=…=] in brackets is not understood; write the characters",
        "nacre.protect = [{ path = \"/usr\", recursive = no-thanks }] | nacre.protect.recursive: must be true or false, not no-thanks",
        "nacre.protect = [{ path = \"/usr\", strategy = magic }] | nacre.protect.strategy: must be auto, ddd, filesystem or mount, not magic",
        "nacre.protect = [{ path = \"/usr\", exclude = [\"/var\"] }] | nacre.protect.exclude: /var does not lie below /usr",
        "nacre.protect = [{ path = \"/usr\", exclude = [\"/usr\"] }] | nacre.protect.exclude: /usr does not lie below /usr",
        "nacre.protect = [{ path = \"/usr\", exclude = [\"/usr/../etc\"] }] | nacre.protect.exclude: /usr/../etc does not lie below /usr",
        "nacre.protect = [{ path = \"/usr\", exclude = [null] }] | nacre.protect.exclude: holds paths and patterns, as strings",
        "nacre.protect = [{ path = \"/usr\", exclude = [[lib]] }] | nacre.protect.exclude: holds paths and patterns, as strings",
        "nacre.protect = [{ path = \"/usr\", exclude = [\"*\"] }] | nacre.protect.exclude: * leaves nothing of /usr to protect",
        "nacre.protect = [{ path = \"/usr\", exclude = [\"/usr/[ab]\"] }] | nacre.protect.exclude: /usr/[ab]: [ is not understood; a backslash makes a special character literal: \\[",
      })
  void saysWhatIsWrongWithAProtectedPath(String line, String problem) throws Exception {
    assertThat(refused(line)).containsExactly(file + ":1: " + problem);
  }

  @Test
  void refusesAnExcludeThatIsNoPath() throws Exception {
    assertThat(refused("nacre.protect = [{ path = \"/usr\", exclude = [\"/usr/\\u0000\"] }]"))
        .singleElement()
        .asString()
        .startsWith(file + ":1: nacre.protect.exclude: ");
  }

  @Test
  void refusesTheRootDirectoryByDirectories() throws Exception {
    assertThat(refused("nacre.strategy = ddd, nacre.protect = [\"/\"]"))
        .singleElement()
        .asString()
        .startsWith(file + ":1: nacre.protect: / cannot be protected with strategy = ddd");
    assertThat(refused("nacre.strategy = ddd, nacre.protect = [\"/usr/..\"]")).hasSize(1);
    assertThat(read("nacre { protect = [\"/\"], strategy = filesystem }").watch().protect())
        .containsExactly(protect(Path.of("/"), Strategy.FILESYSTEM, List.of()));
  }

  @Test
  void saysThatAFileCannotBeRead() {
    Path none = temporary.resolve("none.conf");

    assertThat(problems(() -> ConfigFile.read(none))).containsExactly(none + ": does not exist");
  }

  @Test
  void saysWhereTheSyntaxIsWrong() throws Exception {
    assertThat(refused("nacre {\n  deadline = 5 s\n  queue = }\n"))
        .singleElement()
        .asString()
        .startsWith(file + ":3: ");
    assertThat(refused("nacre {\n  deadline = 5 s\n"))
        .singleElement()
        .asString()
        .startsWith(file + ":");
  }

  @Test
  void readsFilesThatAreIncluded() throws Exception {
    Files.createDirectories(temporary.resolve("conf.d"));
    Files.writeString(temporary.resolve("conf.d/more.conf"), "nacre.queue = 7");

    assertThat(read(protect, "include \"conf.d/more.conf\"").start().queue()).isEqualTo(7);
    assertThat(
            read(
                    protect,
                    "include file(\"" + temporary.toRealPath().resolve("conf.d/more.conf") + "\")")
                .start()
                .queue())
        .isEqualTo(7);
  }

  @Test
  void saysInWhichIncludedFileAValueIsWrong() throws Exception {
    Path included =
        Files.writeString(temporary.toRealPath().resolve("more.conf"), "\n\nnacre.queue = 0");

    assertThat(refused(protect + "include \"more.conf\""))
        .containsExactly(included + ":3: nacre.queue: must be from 1 to 1000000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include \"none.conf\"",
        "include file(\"/none.conf\")",
        "include url(\"file:///etc/hostname\")",
        "include url(\"http://localhost:1/x.conf\")",
        "include \"http://localhost:1/x.conf\"",
        "include \"file:///etc/hostname\"",
        "include classpath(\"io/nacre/engine/pekko.conf\")",
        "include required(url(\"file:///etc/hostname\"))",
        "include required(classpath(\"io/nacre/engine/pekko.conf\"))",
      })
  void includesNothingButFilesThatAreThere(String include) throws Exception {
    assertThat(refused(protect + include)).hasSize(1);
    Files.writeString(temporary.resolve("more.conf"), include);
    assertThat(refused(protect + "include \"more.conf\"")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"${HOME}", "${?HOME}", "${PATH}", "${java.home}", "${user.name}", "${nothing}"})
  void takesNothingFromItsEnvironment(String substitution) throws Exception {
    assertThat(refused(protect + "nacre.control.socket = " + substitution))
        .containsExactly(
            file
                + ":2: nacre.control.socket: "
                + substitution.replace("?", "")
                + " is no key of this configuration; the environment is not read, so write the"
                + " value itself");
  }

  @Test
  void substitutesWhatTheFileItselfSays() throws Exception {
    assertThat(
            read(protect, "nacre.deadline = 7 s\nnacre.dead-man = ${nacre.deadline}")
                .start()
                .deadMan())
        .isEqualTo(Duration.ofSeconds(7));
  }

  private EngineConfig read(String... parts) throws Exception {
    Files.writeString(file, String.join("\n", parts));
    return ConfigFile.read(file);
  }

  private List<String> refused(String text) throws IOException {
    Files.writeString(file, text);
    return problems(() -> ConfigFile.read(file));
  }

  private static List<String> problems(ThrowingRead read) {
    ConfigurationException refused = catchThrowableOfType(ConfigurationException.class, read::read);
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.getMessage()).isEqualTo(String.join("\n", refused.problems()));
    return refused.problems();
  }

  /** Something that should be refused. */
  private interface ThrowingRead {
    EngineConfig read() throws ConfigurationException;
  }

  /** Returns every key that is neither explained nor a block of keys that are. */
  private static List<String> withoutComment(String above, ConfigObject block) {
    List<String> found = new ArrayList<>();
    block.forEach(
        (key, value) -> {
          String path = above + key;
          if (value instanceof ConfigObject inner) {
            found.addAll(withoutComment(path + ".", inner));
          } else if (hasNoComment(value)) {
            found.add(path);
          }
        });
    return found;
  }

  private static boolean hasNoComment(ConfigValue value) {
    return value.origin().comments().stream().allMatch(String::isBlank);
  }

  @Test
  void readsAPathWithMoreAboutIt() throws Exception {
    List<ProtectConfig> paths =
        read("nacre { strategy = filesystem, protect = [{ path = \""
                + directory
                + "\", exclude-regex = [\"/cache$\"], strategy = mount },"
                + " { path = \"/usr\", recursive = false }, { path = \"/usr/lib\" }] }")
            .watch()
            .protect();

    assertThat(paths)
        .containsExactly(
            new ProtectConfig(directory, List.of(), List.of("/cache$"), true, Strategy.MOUNT),
            new ProtectConfig(Path.of("/usr"), List.of(), List.of(), false, Strategy.FILESYSTEM),
            new ProtectConfig(
                Path.of("/usr/lib").toRealPath(), List.of(), List.of(), true, Strategy.FILESYSTEM));
  }

  @Test
  void marksASingleDirectoryByDefault() throws Exception {
    assertThat(read("nacre.protect = [{ path = \"/\", recursive = false }]").watch().protect())
        .containsExactly(
            new ProtectConfig(Path.of("/"), List.of(), List.of(), false, Strategy.DDD));
  }

  private static ProtectConfig protect(Path path, List<String> exclude) {
    return protect(path, Strategy.AUTO, exclude);
  }

  private static ProtectConfig protect(Path path, Strategy strategy, List<String> exclude) {
    return new ProtectConfig(path, exclude, List.of(), /* recursive= */ true, strategy);
  }
}
