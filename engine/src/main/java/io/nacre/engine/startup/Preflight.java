package io.nacre.engine.startup;

import io.nacre.engine.clamd.ClamdSelection;
import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigProblem;
import io.nacre.engine.config.ConfigSource;
import io.nacre.engine.config.Configuration;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.DetectionConfig;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.config.KernelCacheConfig;
import io.nacre.engine.config.Origins;
import io.nacre.engine.config.ProtectConfig;
import io.nacre.engine.control.ControlServer;
import io.nacre.engine.detection.sink.SinkChecks;
import io.nacre.engine.quarantine.Quarantine;
import io.nacre.engine.watch.place.MountPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The checks of a configuration against this machine, before anything is opened: the same ones for
 * a start, a reload and {@code nacre check-config}. They change nothing, and leave nothing open.
 *
 * <p>Whether clamd and the kernel are available may change from one moment to the next. A start
 * finds out by use, and {@link #availability} by a trial.
 */
public final class Preflight {
  private static final String QUARANTINE = "nacre.detection.quarantine";
  private static final String HOOK = "nacre.detection.hook";
  private static final String SOCKET = "nacre.control.socket";
  private static final Path LEASES = Path.of("/proc/sys/fs/leases-enable");

  private final EngineConfig config;
  private final Origins origins;
  private final List<ConfigProblem> problems = new ArrayList<>();

  private Preflight(EngineConfig config, Origins origins) {
    this.config = config;
    this.origins = origins;
  }

  /** Reads and checks {@code source}; refuses it with all problems at once. */
  public static Configuration read(ConfigSource source) throws ConfigurationException {
    ConfigFile.Reading reading = reading(source);
    ConfigurationException.throwIfRefused(reading.problems());
    return reading.configuration().orElseThrow().withWarnings(reading.problems());
  }

  /** Reads and checks {@code source} as far as possible. */
  public static ConfigFile.Reading reading(ConfigSource source) {
    ConfigFile.Reading reading = ConfigFile.reading(source);
    List<ConfigProblem> all = new ArrayList<>(reading.problems());
    reading
        .configuration()
        .map(read -> check(read.engine(), read.origins()))
        .orElse(List.of())
        .stream()
        .filter(problem -> isNew(problem, reading.problems()))
        .forEach(all::add);
    return new ConfigFile.Reading(reading.configuration(), all);
  }

  /** A refused value has a substitute, whose problems mean nothing. */
  private static boolean isNew(ConfigProblem problem, List<ConfigProblem> known) {
    return known.stream()
        .noneMatch(
            each ->
                each.isRefused()
                    && each.key().equals(problem.key())
                    && each.where().equals(problem.where()));
  }

  /** Returns the problems of {@code config} on this machine. */
  public static List<ConfigProblem> check(EngineConfig config, Origins origins) {
    Preflight preflight = new Preflight(config, origins);
    preflight.checkUsers();
    preflight.checkProtectedPaths();
    preflight.checkMemory();
    preflight.checkLeases();
    preflight.checkQuarantine();
    preflight.checkSinks();
    preflight.checkControlSocket();
    preflight.checkDatabase();
    return preflight.problems;
  }

  /** Returns why an engine could not start now, although its configuration is right. */
  public static List<ConfigProblem> availability(EngineConfig config, Origins origins) {
    Preflight preflight = new Preflight(config, origins);
    ClamdSelection.complaint(config.clamd())
        .ifPresent(
            why -> preflight.problems.add(origins.unavailable("nacre.clamd.endpoints", why)));
    config.clamd().endpoints().stream()
        .map(endpoint -> endpoint.location())
        .filter(ClamdAddress.class::isInstance)
        .map(ClamdAddress.class::cast)
        .filter(address -> !ClamdSelection.isAnswering(address))
        .forEach(
            address ->
                preflight.problems.add(
                    origins.warning(
                        "nacre.clamd.endpoints",
                        address.toString(),
                        "no clamd answers at " + address + " now")));
    if (!KernelPrerequisites.isPrivileged()) {
      preflight.warn("nacre.prevention", "the kernel is not checked, which needs root");
    } else {
      KernelPrerequisites.complaint(config)
          .ifPresent(why -> preflight.problems.add(origins.unavailable("nacre.prevention", why)));
    }
    return preflight.problems;
  }

  private void refuse(String key, String text) {
    problems.add(origins.refused(key, text, /* isOfMachine= */ true));
  }

  private void warn(String key, String text) {
    problems.add(origins.warning(key, text, /* isOfMachine= */ true));
  }

  private void checkUsers() {
    String key = "nacre.exempt.users";
    for (String user : config.policy().exempt().users()) {
      if (!ExemptUsers.exists(user)) {
        problems.add(origins.refused(key, user, "there is no user " + user));
      }
    }
  }

  private void checkProtectedPaths() {
    for (ProtectConfig protect : config.watch().protect()) {
      String path = protect.path().toString();
      MountPoints.pseudoTypeAt(path)
          .ifPresent(
              type ->
                  problems.add(
                      origins.refused(
                          "nacre.protect",
                          path,
                          path
                              + " lies on "
                              + type
                              + ", a file system of the kernel without stored files")));
    }
  }

  private void checkMemory() {
    new MemoryCheck(config, origins).problem().ifPresent(problems::add);
  }

  private void checkLeases() {
    if (config.cache().kernel().mode() != KernelCacheConfig.Mode.LEASED) {
      return;
    }
    try {
      if (Files.readString(LEASES).strip().equals("0")) {
        refuse("nacre.cache.kernel", "leased needs leases, and the sysctl fs.leases-enable is 0");
      }
    } catch (IOException e) {
      refuse("nacre.cache.kernel", "leased needs leases, and this kernel has none");
    }
  }

  private void checkQuarantine() {
    DetectionConfig detection = config.detection();
    if (!detection.hasQuarantine()) {
      return;
    }
    Path path = detection.quarantine();
    Optional<String> complaint =
        MountPoints.pseudoTypeAt(path.toString())
            .map(type -> path + " lies on " + type + ", which stores no files")
            .or(() -> Quarantine.complaint(path));
    complaint.ifPresent(why -> refuse(QUARANTINE, why));
  }

  private void checkSinks() {
    DetectionConfig detection = config.detection();
    if (!detection.hook().isEmpty()) {
      SinkChecks.hook(Path.of(detection.hook().get(0))).ifPresent(why -> refuse(HOOK, why));
    }
    detection
        .events()
        .flatMap(SinkChecks::events)
        .ifPresent(why -> warn("nacre.detection.events", "nothing is recorded: " + why));
    detection
        .jsonLog()
        .flatMap(SinkChecks::jsonLog)
        .ifPresent(why -> warn("nacre.detection.json-log", "nothing is logged there: " + why));
    SinkChecks.logs(detection.logs()).forEach(why -> warn("nacre.detection.log", why));
  }

  private void checkControlSocket() {
    config
        .start()
        .controlSocket()
        .flatMap(ControlServer::complaint)
        .ifPresent(why -> refuse(SOCKET, why));
  }

  private void checkDatabase() {
    config
        .clamd()
        .database()
        .filter(directory -> !Files.isDirectory(directory))
        .ifPresent(
            directory ->
                warn(
                    "nacre.clamd.database",
                    directory + " is no directory now, so that no clean verdict is cached"));
  }
}
