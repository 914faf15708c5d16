package io.nacre.engine.cli.terminal;

/**
 * The terminal of standard output, as the launcher found it: its width, and colours if it is one.
 */
public final class Terminal {
  private static final int COLUMNS = Integer.getInteger("nacre.terminal.columns", 0);

  private Terminal() {}

  public static boolean isThere() {
    return COLUMNS > 0;
  }

  public static int columns() {
    return COLUMNS > 0 ? COLUMNS : 80;
  }

  public static String red(String text) {
    return paint(text, "31;1");
  }

  public static String green(String text) {
    return paint(text, "32");
  }

  public static String dim(String text) {
    return paint(text, "2");
  }

  private static String paint(String text, String code) {
    return isThere() ? "\033[" + code + "m" + text + "\033[0m" : text;
  }
}
