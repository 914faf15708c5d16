package io.nacre.engine.cli.quarantine;

import io.nacre.engine.cli.option.Version;
import io.nacre.engine.context.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code nacre quarantine delete}: the removal of a file for good. */
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {"Removes a file in the quarantine for good, without confirmation.", ""},
    footer = {"", "Exit codes: 0 removed, 2 there is no such file, or it cannot be removed."})
final class QuarantineDeleteCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", description = "The file, by its ID in nacre quarantine list.")
  private String id = "";

  @Mixin private QuarantineOptions quarantine = new QuarantineOptions();

  @Override
  public Integer call() {
    return quarantine.openOne(
        id,
        (store, entry) -> {
          store.delete(entry.id());
          System.out.println("deleted " + entry.id() + ", formerly " + entry.path());
          return ExitCode.OK;
        });
  }
}
