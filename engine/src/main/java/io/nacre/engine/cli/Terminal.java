package io.nacre.engine.cli;

/** The terminal we print to, as the launcher found it: its width, or none. */
final class Terminal {
  private static final int COLUMNS = Integer.getInteger("nacre.terminal.columns", 0);

  private Terminal() {}

  static boolean isThere() {
    return COLUMNS > 0;
  }

  static int columns() {
    return COLUMNS > 0 ? COLUMNS : 80;
  }

  static String red(String text) {
    return paint(text, "31;1");
  }

  static String green(String text) {
    return paint(text, "32");
  }

  static String dim(String text) {
    return paint(text, "2");
  }

  private static String paint(String text, String code) {
    return isThere() ? "\033[" + code + "m" + text + "\033[0m" : text;
  }
}
