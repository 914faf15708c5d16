package io.nacre.engine.cli.clamonacc;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The same command in another process, without a terminal and in a session of its own. Unlike
 * clamonacc, this process leaves only when the other is ready, and with its exit code if it ends.
 */
final class Background {
  /** The line of an engine when every path is protected or reported. */
  private static final String READY = "nacre: ready";

  private Background() {}

  /** Starts {@code arguments} in the background; returns when it is ready or has ended. */
  static int start(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add("setsid");
    command.add(System.getProperty("nacre.launcher", "nacre"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = err.readLine(); line != null; line = err.readLine()) {
        if (line.equals(READY)) {
          return 0;
        }
        System.err.println(line);
      }
    }
    return process.waitFor();
  }
}
