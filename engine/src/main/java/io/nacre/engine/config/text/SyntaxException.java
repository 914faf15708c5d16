package io.nacre.engine.config.text;

/** The refusal of a text from one line on; the message says what is wrong there. */
final class SyntaxException extends Exception {
  private final int line;

  SyntaxException(int line, String message) {
    super(message);
    this.line = line;
  }

  int line() {
    return line;
  }
}
