package io.nacre.engine.cli;

import java.util.ArrayList;
import java.util.List;

/** The main class of a JVM that runs every command that must not load Pekko. */
final class LightCommands {

  private LightCommands() {}

  public static void main(String[] arguments) {
    List<String[]> lines = new ArrayList<>();
    lines.add(new String[] {"--help"});
    lines.add(new String[] {"--version"});
    lines.add(new String[] {"explode"});
    lines.add(new String[] {"status", "--socket", "/nonexistent"});
    lines.add(new String[] {"selftest", "--socket", "/nonexistent"});
    lines.add(new String[] {"flush", "--socket", "/nonexistent"});
    lines.add(new String[] {"check-config", "--config", "/nonexistent"});
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      lines.add(new String[] {command, "--help"});
    }
    for (String[] line : lines) {
      int unused = Main.commandLine().execute(line);
    }
  }
}
