package io.nacre.engine.handover;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command line that starts a successor: the one by which this process was started. */
final class SuccessorCommand {
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
  private static final Path PROGRAM = Path.of("/proc/self/exe");
  private static final String MAIN = "io.nacre.engine.cli.Main";
  private static final String RUN = "run";
  private static final String LAUNCHER = "nacre.launcher";

  private SuccessorCommand() {}

  /**
   * Returns the launcher with the arguments of this process, so that the successor is what is
   * installed now; without a launcher the same program.
   *
   * @throws HandOverException if this process is not {@code nacre run}
   */
  static List<String> get() throws IOException {
    List<String> line =
        List.of(Files.readString(COMMAND_LINE, StandardCharsets.UTF_8).split("\0", -1));
    return of(line, Optional.ofNullable(System.getProperty(LAUNCHER)));
  }

  static List<String> of(List<String> line, Optional<String> launcher) throws IOException {
    int main = line.indexOf(MAIN);
    List<String> parts = line.subList(0, line.size() - 1); // the last argument ends with a NUL
    if (main < 0 || main + 1 >= parts.size() || !parts.get(main + 1).equals(RUN)) {
      throw new HandOverException("only an engine that was started by nacre run can be restarted");
    }
    List<String> command = new ArrayList<>();
    if (launcher.isPresent()) {
      command.add(launcher.get());
      command.addAll(parts.subList(main + 1, parts.size()));
    } else {
      command.add(Files.readSymbolicLink(PROGRAM).toString());
      command.addAll(parts.subList(1, parts.size()));
    }
    return command;
  }
}
