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

/** {@code nacre selftest}: a proof that a running engine protects what is configured. */
@Command(
    name = "selftest",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Has a running engine compare the directories on disk with the marks that the kernel lists."
          + " It looks again for three seconds before it reports a coverage gap, since a directory may"
          + " have been made a moment ago.",
      "",
      "Then makes two files in each protected path: an EICAR test file, which another process must"
          + " not be able to open, and a harmless one, which must open. Both are named"
          + " .nacre-selftest-… and removed at once. The engine reports the denial like any other.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 everything is protected as configured, 1 something is not, or the check took"
          + " longer than a minute, 2 the check failed, 69 no engine answers."
    })
public final class SelftestCommand implements Callable<Integer> {
  /** The time that scheduling and a process may add to the deadline of the engine. */
  private static final Duration SLACK = Duration.ofSeconds(5);

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(names = "--no-files", description = "Only compare; make no files.")
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
              : new OpenProof(
                  OpenProof.Outcome.SKIPPED,
                  "no file test: the configuration excludes such a file"));
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
