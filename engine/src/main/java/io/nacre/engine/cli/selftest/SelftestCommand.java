package io.nacre.engine.cli.selftest;

import io.nacre.engine.cli.option.ControlSocket;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import io.nacre.engine.selfcheck.SelfCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nacre selftest}: whether a running engine protects what it should. */
@Command(
    name = "selftest",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Has a running engine compare what is on disk with what carries a mark by the word of the"
          + " kernel, again and again until a lack is told from a directory just made.",
      "",
      "Then makes two files in each protected path, where it may: an EICAR test file, which another"
          + " process must not be able to open, and a harmless one, which it must. Both are named"
          + " .nacre-selftest-… and removed at once; the engine reports the denial as any other.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 all is protected as configured, 1 something is not, or was not",
      "looked at within a minute, 2 the check failed, 69 no engine answers."
    })
public final class SelftestCommand implements Callable<Integer> {
  /** What scheduling and a process may add to the engine's deadline. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  @Option(names = "--json", description = "As JSON.")
  private boolean json;

  @Option(names = "--no-files", description = "Make no files; compare only.")
  private boolean noFiles;

  @Mixin private ControlSocket socket = new ControlSocket();

  @Override
  public Integer call() throws IOException {
    Optional<JsonObject> answer =
        socket.ask("selftest", Duration.ofSeconds(SelfCheck.ANSWER_SECONDS).plus(SLACK));
    if (answer.isEmpty()) {
      return ExitCode.UNAVAILABLE;
    }
    JsonObject report = answer.get();
    if (report.has("error")) {
      System.err.println("nacre: the check failed: " + report.getString("error"));
      return ExitCode.USAGE;
    }
    Map<String, OpenProof> proofs = noFiles ? Map.of() : proofs(report);
    SelftestText text = new SelftestText(report, proofs);
    if (json) {
      System.out.print(Json.writePretty(merged(report, proofs, text.holds())));
    } else {
      text.lines().forEach(System.out::println);
    }
    return text.holds() ? ExitCode.OK : ExitCode.FOUND;
  }

  private static Map<String, OpenProof> proofs(JsonObject report) throws IOException {
    Duration longest = Duration.ofMillis(report.getLong("deadline-millis")).plus(SLACK);
    Map<String, OpenProof> proofs = new LinkedHashMap<>();
    for (JsonObject place : report.getObjects("places")) {
      String path = place.getString("path");
      proofs.put(
          path,
          place.getBoolean("takes-test-files")
              ? OpenProof.in(Path.of(path), report.getObject("opens"), longest)
              : new OpenProof(OpenProof.Outcome.SKIPPED, "no file test: such a file is excluded"));
    }
    return proofs;
  }

  private static Map<String, Object> merged(
      JsonObject report, Map<String, OpenProof> proofs, boolean holds) {
    Map<String, Map<String, String>> files =
        proofs.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    entry ->
                        Map.of(
                            "outcome",
                            entry.getValue().outcome().name().toLowerCase(Locale.ROOT),
                            "text",
                            entry.getValue().text())));
    Map<String, Object> merged = new LinkedHashMap<>(report.values());
    merged.put("files", files);
    merged.put("holds", holds);
    return merged;
  }
}
