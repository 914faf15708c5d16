package io.nacre.engine.cli.events;

import io.nacre.engine.cli.option.ConfigOptions;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.cli.terminal.Problem;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.detection.sink.StoredEvents;
import io.nacre.engine.json.Json;
import io.nacre.engine.json.JsonObject;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nacre events}: the detections in the record of an engine. */
@Command(
    name = "events",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Shows detections, the newest last: time, answer, signature, file and process. Reads the record"
          + " that an engine writes (detection.events), also when no engine runs.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 shown, even if there are none, 2 usage or no record to read, 77 missing"
          + " privilege, 78 bad configuration."
    })
public final class EventsCommand implements Callable<Integer> {
  private static final Path DEFAULT_RECORD = Path.of("/var/lib/nacre/events");
  private static final int SHOWN = 100;
  private static final long POLL_MILLIS = 250;

  @Option(
      names = {"-f", "--follow"},
      description = "Also show new detections, until Ctrl-C.")
  private boolean follow;

  @Option(names = "--json", description = "Print each record as a line of JSON.")
  private boolean json;

  @Option(
      names = {"-n", "--last"},
      paramLabel = "N",
      description = "Show the last N; 100 if neither this nor --since is given.")
  private Optional<Integer> last = Optional.empty();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Show detections since then: 2026-01-31, \"2026-01-31 14:00\", or 30m, 12h, 7d ago.")
  private Optional<String> since = Optional.empty();

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The engine's configuration file; /etc/nacre/nacre.conf if not given.")
  private Optional<Path> configuration = Optional.empty();

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "The directory of the record; that of the configuration if not given.")
  private Optional<Path> directory = Optional.empty();

  private final EventsText text = new EventsText();

  @Override
  public Integer call() {
    Optional<Instant> from;
    try {
      from = since.map(written -> Since.parse(written, Clock.system(ZoneId.systemDefault())));
    } catch (IllegalArgumentException e) {
      System.err.println("nacre: " + e.getMessage());
      return ExitCode.USAGE;
    }
    if (last.isPresent() && last.get() < 0) {
      System.err.println("nacre: --last: " + last.get() + " is negative");
      return ExitCode.USAGE;
    }
    try {
      Optional<Path> store = store();
      if (store.isEmpty()) {
        System.err.println(
            "nacre: there is no record: nacre.detection.events is empty in the configuration");
        return ExitCode.USAGE;
      }
      return show(store.get(), from);
    } catch (ConfigurationException e) {
      e.problems().forEach(System.err::println);
      return ExitCode.CONFIGURATION;
    } catch (AccessDeniedException e) {
      System.err.println(
          "nacre: " + e.getFile() + " is readable by root only: run nacre events as root");
      return ExitCode.NO_PERMISSION;
    } catch (IOException e) {
      System.err.println("nacre: the record cannot be read: " + Problem.of(e));
      return ExitCode.USAGE;
    }
  }

  /** Returns the directory of the record, or nothing if the configuration turns it off. */
  private Optional<Path> store() throws ConfigurationException {
    if (directory.isPresent()) {
      return directory;
    }
    if (configuration.isEmpty() && !Files.exists(ConfigOptions.DEFAULT)) {
      return Optional.of(DEFAULT_RECORD);
    }
    return ConfigFile.read(configuration.orElse(ConfigOptions.DEFAULT)).detection().events();
  }

  private int show(Path store, Optional<Instant> from) throws IOException {
    StoredEvents events = new StoredEvents(store);
    int most = last.orElse(from.isPresent() ? Integer.MAX_VALUE : SHOWN);
    Deque<String> newest = new ArrayDeque<>();
    events.read(
        line -> {
          newest.addLast(line);
          if (newest.size() > most) {
            newest.removeFirst();
          }
        });
    newest.forEach(line -> print(line, from));
    if (newest.isEmpty() && most > 0 && !json && !follow) {
      System.err.println("nacre: there are no detections yet in " + store);
    }
    while (follow && !System.out.checkError()) {
      pause();
      events.read(line -> print(line, from));
    }
    return ExitCode.OK;
  }

  /** Prints a record; skips a line that is incomplete because its writer was killed. */
  private void print(String line, Optional<Instant> from) {
    Optional<JsonObject> event = line.startsWith("{") ? Json.read(line) : Optional.empty();
    if (event.isEmpty() || !event.get().has("@timestamp")) {
      return;
    }
    boolean isTooOld =
        from.filter(time -> Instant.parse(event.get().getString("@timestamp")).isBefore(time))
            .isPresent();
    if (!isTooOld) {
      System.out.println(json ? line : text.line(event.get()));
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
