package io.nacre.engine.cli.quarantine;

import io.nacre.engine.cli.option.Version;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.quarantine.QuarantineEntry;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nacre quarantine list}: a table of the files in the quarantine. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {"Lists the files in the quarantine, the newest last.", ""},
    footer = {"", "Exit codes: 0 listed, 2 the quarantine cannot be read."})
final class QuarantineListCommand implements Callable<Integer> {

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private QuarantineOptions quarantine = new QuarantineOptions();

  @Override
  public Integer call() {
    return quarantine.open(
        store -> {
          List<QuarantineEntry> entries = store.list();
          if (json) {
            System.out.print(QuarantineText.json(store.path(), entries));
          } else if (entries.isEmpty()) {
            System.out.println("The quarantine " + store.path() + " is empty.");
          } else {
            QuarantineText.table(entries).forEach(System.out::println);
          }
          return ExitCode.OK;
        });
  }
}
