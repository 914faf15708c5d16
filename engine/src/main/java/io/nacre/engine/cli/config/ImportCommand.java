package io.nacre.engine.cli.config;

import com.typesafe.config.ConfigRenderOptions;
import io.nacre.engine.clamdconf.ClamdConfLayer;
import io.nacre.engine.clamdconf.ExcludeMeaning;
import io.nacre.engine.clamdconf.PathLists;
import io.nacre.engine.cli.option.Version;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigSource;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.context.ExitCode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nacre import}: a clamd.conf, translated to a configuration file of Nacre. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Prints a configuration file with the meaning of a clamd.conf. Comments in front of it explain"
          + " how each line was understood.",
      ""
    },
    footer = {"", "Exit codes: 0 printed, 78 the clamd.conf is refused."})
public final class ImportCommand implements Callable<Integer> {
  private static final ConfigRenderOptions HOCON =
      ConfigRenderOptions.defaults().setJson(false).setOriginComments(false);

  @Parameters(
      paramLabel = "FILE",
      defaultValue = "/etc/clamav/clamd.conf",
      arity = "0..1",
      description = "The clamd.conf; ${DEFAULT-VALUE} if not given.")
  private Path file = Path.of("/etc/clamav/clamd.conf");

  @Option(
      names = "--clamd-conf-exclude",
      paramLabel = "regex|exact",
      defaultValue = "regex",
      description = "How OnAccessExcludePath is read; ${DEFAULT-VALUE} if not given.")
  private ExcludeMeaning excludes = ExcludeMeaning.REGEX;

  @Override
  public Integer call() {
    try {
      ConfigSource source = ConfigSource.ofClamdConf(file, excludes);
      ConfigFile.read(source).notes().forEach(note -> System.out.println("# " + note));
      System.out.println(text(file.toAbsolutePath(), excludes));
      return ExitCode.OK;
    } catch (ConfigurationException e) {
      e.problems().forEach(System.err::println);
      return ExitCode.CONFIGURATION;
    }
  }

  /** Returns an accepted clamd.conf as HOCON. */
  static String text(Path file, ExcludeMeaning excludes) {
    return ClamdConfLayer.read(file, excludes, PathLists.NONE, problem -> {})
        .config()
        .root()
        .render(HOCON);
  }
}
