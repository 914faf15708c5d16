package io.nacre.engine.cli.status;

import io.nacre.engine.cli.option.ControlSocket;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.explain.Explain;
import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nacre explain}: a forecast of the answer to the next open of a file. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Explains how the next open of a file would be answered: by which rule and which mark, and"
          + " whether the kernel cache or the engine's caches have a verdict.",
      ""
    },
    footer = {"", "Exit codes: 0 explained, 2 there is no such file, 69 no engine answers."})
public final class ExplainCommand implements Callable<Integer> {
  private static final Duration SLACK = Duration.ofSeconds(2);

  @Parameters(paramLabel = "PATH", description = "The file.")
  private Path file = Path.of("");

  @Option(
      names = "--uid",
      paramLabel = "UID",
      description = "The user that opens it; you if not given.")
  private Optional<Integer> uid = Optional.empty();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ControlSocket socket = new ControlSocket();

  @Override
  public Integer call() {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("command", "explain");
    uid.ifPresent(user -> request.put("uid", user));
    try {
      request.put("path", file.toRealPath().toString());
    } catch (IOException e) {
      System.err.println(
          "nacre: " + file + ": there is no such file, or you may not read its directory");
      return ExitCode.USAGE;
    }
    Optional<JsonObject> answer =
        socket.ask(request, Duration.ofSeconds(Explain.ANSWER_SECONDS).plus(SLACK));
    if (answer.isEmpty()) {
      return ExitCode.UNAVAILABLE;
    }
    if (answer.get().has("error")) {
      System.err.println("nacre: " + file + ": " + answer.get().getString("error"));
      return ExitCode.USAGE;
    }
    if (json) {
      System.out.print(Json.writePretty(answer.get()));
    } else {
      ExplainText.lines(answer.get()).forEach(System.out::println);
    }
    return ExitCode.OK;
  }
}
