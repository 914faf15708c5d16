package io.nacre.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mutations of a full configuration, each of one line. Either the file is refused with a line, or
 * no other key has another value than before: nothing of the rest is lost in silence.
 */
class ConfigMutationTest {
  private static final int MUTATIONS = 200;
  private static final long SEED = 13;
  private static final String CHARACTERS = "#/\"'{}[]()=+,.:;$%~*\\ \t-0a\u00e9";
  private static final List<String> VALUES =
      List.of(
          "",
          "0",
          "-1",
          "5",
          "1.5",
          "99999999999999999999",
          "true",
          "yes",
          "null",
          "[]",
          "{}",
          "\"\"",
          "[1]",
          "${HOME}",
          "${?HOME}",
          "~/x",
          "5 %",
          "1 s",
          "1 MiB",
          "allow",
          "a b",
          "*",
          "nan",
          "0x10",
          "1e3");

  /** What no message contains: words of Java and of the library. */
  private static final String FOREIGN =
      "(?s).*(xception|java|typesafe|Expecting|has type|STRING|NUMBER|Token).*";

  @TempDir Path temporary;

  private Path file;
  private List<String> lines = List.of();
  private Map<String, String> before = Map.of();

  @BeforeEach
  void create() throws IOException {
    Path directory = Files.createDirectory(temporary.toRealPath().resolve("srv"));
    Files.createDirectory(directory.resolve("inner"));
    file = temporary.toRealPath().resolve("nacre.conf");
    lines =
        """
        nacre {
          # the directories
          protect = ["SRV", { path = "/usr", exclude = ["/usr/share/doc", "*.iso"] }]
          strategy = filesystem
          cross-mounts = false
          prevention = enforce
          triggers = [open, close-write]
          exempt {
            users = [root]
            uids = [7, 8]
            root = true
          }
          max-file-size = 50 MiB
          on-oversize = deny
          deadline = 4 s
          on-deadline = deny
          on-error = deny
          on-overload = deny
          queue = 1000
          rescan-queue = 500
          clamd {
            endpoints = ["unix:/run/c.sock", { address = "tcp:scanner:3310", weight = 2 }]
            connections = 5
            hedge-after = 700 ms
            start-timeout = 1 m
            connect-timeout = 2 s
            scan-timeout = 100 s
            retries = 2
          }
          cache {
            entries = 1000
            memory = 1 MiB
            kernel = leased
            leases = 30
          }
          prefetch = off
          idle-scan = on
          detection {
            action = move
            quarantine = /srv/quarantine
            hook = ["/usr/bin/logger", "-t"]
            events = ""
            log = [text, syslog]
          }
          dead-man = 20 s
        }
        """
            .replace("SRV", directory.toString())
            .lines()
            .toList();
    before = effective(reading(lines));
  }

  @Test
  void areRefusedOrChangeOnlyTheirOwnKey() throws IOException {
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      int line = random.nextInt(lines.size());
      List<String> mutated = mutate(line, random);
      ConfigFile.Reading reading = reading(mutated);
      String what = "mutation " + i + " of line " + (line + 1) + ": " + mutated;
      for (ConfigProblem problem : reading.problems()) {
        assertThat(problem.where()).as(what).matches("\\Q" + file + "\\E:[0-9]+");
        assertThat(problem.line()).as(what).doesNotMatch(FOREIGN);
      }
      if (reading.problems().stream().anyMatch(ConfigProblem::isRefused)) {
        refused++;
      } else {
        assertThat(changed(effective(reading))).as(what).isSubsetOf(keysOf(line));
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS);
  }

  private List<String> mutate(int index, Random random) {
    List<String> mutated = new ArrayList<>(lines);
    String line = lines.get(index);
    switch (random.nextInt(6)) {
      case 0 -> mutated.remove(index);
      case 1 -> mutated.add(index, line);
      case 2 -> {
        int equals = line.indexOf('=');
        String value = VALUES.get(random.nextInt(VALUES.size()));
        mutated.set(index, equals < 0 ? line + value : line.substring(0, equals + 1) + value);
      }
      case 3 -> mutated.set(index, without(line, random.nextInt(line.length())));
      case 4 -> {
        int at = random.nextInt(line.length() + 1);
        char c = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
        mutated.set(index, line.substring(0, at) + c + line.substring(at));
      }
      default -> {
        if (index + 1 < lines.size()) {
          mutated.set(index, line + " " + mutated.remove(index + 1).strip());
        }
      }
    }
    return mutated;
  }

  private static String without(String line, int at) {
    return line.substring(0, at) + line.substring(at + 1);
  }

  /** Returns the keys that a mutation of the line may change: its own, or those of its block. */
  private Set<String> keysOf(int index) {
    Set<String> keys = new HashSet<>();
    String block = "";
    for (int i = 0; i <= index; i++) {
      String line = lines.get(i).strip();
      if (line.equals("}")) {
        block = "nacre";
      } else if (line.endsWith("{")) {
        block = (block.isEmpty() ? "" : block + ".") + line.replace(" {", "");
      } else if (i == index && line.contains("=")) {
        keys.add(block + "." + line.substring(0, line.indexOf('=')).strip());
      }
    }
    return keys;
  }

  private Set<String> changed(Map<String, String> after) {
    Set<String> changed = new HashSet<>();
    before.forEach(
        (key, value) -> {
          if (!value.equals(after.get(key))) {
            changed.add(key);
          }
        });
    return changed;
  }

  private ConfigFile.Reading reading(List<String> text) throws IOException {
    Files.writeString(file, String.join("\n", text) + "\n");
    return ConfigFile.reading(ConfigSource.of(file));
  }

  private static Map<String, String> effective(ConfigFile.Reading reading) {
    Map<String, String> values = new HashMap<>();
    reading
        .configuration()
        .orElseThrow()
        .effective()
        .toConfig()
        .entrySet()
        .forEach(entry -> values.put(entry.getKey(), String.valueOf(entry.getValue().unwrapped())));
    return values;
  }
}
