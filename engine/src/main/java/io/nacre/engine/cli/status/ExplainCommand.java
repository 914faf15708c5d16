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

/** {@code nacre explain}: what would become of the next open of a file. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Says what would become of the next open of a file and why: which rule and which mark bear on"
          + " it, whether the kernel or the engine knows it to be clean, or infected.",
      ""
    },
    footer = {"", "Exit codes: 0 explained, 2 there is no such file, 69 no engine answers."})
public final class ExplainCommand implements Callable<Integer> {
  private static final Duration SLACK = Duration.ofSeconds(2);

  @Parameters(paramLabel = "PATH", description = "The file.")
  private Path file = Path.of("");

  @Option(names = "--uid", paramLabel = "UID", description = "Opened by this user, and not by you.")
  private Optional<Integer> uid = Optional.empty();

  @Option(names = "--json", description = "As JSON.")
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
      System.err.println("nacre: " + file + ": there is no such file, or you may not look at it");
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
