package io.nacre.engine.cli.quarantine;

import io.nacre.engine.cli.option.Version;
import io.nacre.engine.context.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nacre quarantine show}: the details of one file. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {"Shows the details of a file in the quarantine.", ""},
    footer = {"", "Exit codes: 0 shown, 2 there is no such file."})
final class QuarantineShowCommand implements Callable<Integer> {

  @Parameters(paramLabel = "ID", description = "The file, by its ID in nacre quarantine list.")
  private String id = "";

  @Option(names = "--json", description = "Print JSON, with every detail.")
  private boolean json;

  @Mixin private QuarantineOptions quarantine = new QuarantineOptions();

  @Override
  public Integer call() {
    return quarantine.openOne(
        id,
        (store, entry) -> {
          if (json) {
            System.out.print(QuarantineText.json(entry));
          } else {
            QuarantineText.lines(store.path(), entry).forEach(System.out::println);
          }
          return ExitCode.OK;
        });
  }
}
