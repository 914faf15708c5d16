package io.nacre.engine.cli.quarantine;

import io.nacre.engine.cli.option.Version;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.log.Printable;
import io.nacre.engine.quarantine.QuarantineEntry;
import io.nacre.engine.quarantine.Restore;
import io.nacre.engine.quarantine.Restore.Result;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Fd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nacre quarantine restore}: the way of a file back to its place. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Restores a file from the quarantine, with its owner, mode, times, attributes and access"
          + " control list, if clamd now finds it clean. No existing file is replaced, and no symbolic"
          + " link is followed.",
      "",
      "An infected file that --force restores to a protected path still cannot be opened there, and"
          + " the next open moves it to the quarantine again.",
      ""
    },
    footer = {
      "",
      "Exit codes: 0 restored, 1 refused since the file is infected, 2 refused for another reason."
    })
final class QuarantineRestoreCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", description = "The file, by its ID in nacre quarantine list.")
  private String id = "";

  @Option(
      names = "--to",
      paramLabel = "PATH",
      description = "The target, a file or a directory; the former path if not given.")
  private Optional<Path> target = Optional.empty();

  @Option(
      names = "--force",
      description = "Restore it even if it is infected, cannot be scanned, or was changed.")
  private boolean force;

  @Mixin private QuarantineOptions quarantine = new QuarantineOptions();

  @Override
  public Integer call() {
    return quarantine.openOne(
        id,
        (store, entry) -> {
          byte[] path = target(entry);
          return report(entry, path, new Restore(store, scanner()).to(entry, path));
        });
  }

  private Optional<Function<Fd, Verdict>> scanner() throws ConfigurationException {
    if (force) {
      return Optional.empty();
    }
    Optional<EngineConfig> config = quarantine.config();
    return Optional.of(new EngineClamds(config)::scan);
  }

  private static int report(QuarantineEntry entry, byte[] path, Result result) {
    String id = entry.id();
    if (result instanceof Result.StillInfected infected) {
      System.err.println(
          "nacre: "
              + id
              + " stays where it is, since it is infected: "
              + Printable.of(infected.signature())
              + "; --force restores it anyway");
      return ExitCode.FOUND;
    }
    if (result instanceof Result.Refused refused) {
      System.err.println("nacre: " + id + " stays where it is: " + Printable.of(refused.why()));
      return ExitCode.USAGE;
    }
    System.out.println("restored " + id + " to " + Printable.of(path));
    ((Result.Restored) result)
        .notes()
        .forEach(note -> System.err.println("nacre: " + Printable.of(note)));
    return ExitCode.OK;
  }

  /** Symbolic links in {@code --to} are followed; those on the former path are not. */
  private byte[] target(QuarantineEntry entry) throws IOException {
    byte[] original = entry.originalPath();
    if (target.isEmpty()) {
      return original;
    }
    Path wanted = target.get().toAbsolutePath().normalize();
    if (Files.isDirectory(wanted)) {
      int name = original.length;
      while (name > 0 && original[name - 1] != '/') {
        name--;
      }
      ByteArrayOutputStream path = new ByteArrayOutputStream();
      path.writeBytes((wanted.toRealPath() + "/").getBytes(StandardCharsets.UTF_8));
      path.write(original, name, original.length - name);
      return path.toByteArray();
    }
    Path parent = wanted.getParent();
    Path real = parent == null || !Files.exists(parent) ? parent : parent.toRealPath();
    return (real + "/" + wanted.getFileName()).getBytes(StandardCharsets.UTF_8);
  }
}
