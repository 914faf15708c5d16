package io.nacre.engine.config.text;

/** A position in the text of a configuration, and the tokens that begin there. */
final class Scanner {
  static final char END = '\uffff';

  private static final String RESERVED = "$\"{}[]:=,+#`^?!@*&\\";
  private static final String ESCAPES = "\"\\/bfnrt";
  private static final String TRIPLE = "\"\"\"";

  private final String text;
  private int at;
  private int line = 1;

  Scanner(String text) {
    this.text = text;
  }

  int line() {
    return line;
  }

  /** Returns the next character; {@link #END} behind the last one. */
  char peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  boolean isAtEnd() {
    return at >= text.length();
  }

  boolean startsWith(String token) {
    return text.startsWith(token, at);
  }

  /** Passes over {@code count} characters. */
  void skip(int count) {
    for (int i = 0; i < count; i++) {
      if (peek() == '\n') {
        line++;
      }
      at++;
    }
  }

  boolean isAtComment() {
    return peek() == '#' || startsWith("//");
  }

  /** Passes over blanks, and returns whether there were any. */
  boolean skipBlanks() {
    int start = at;
    while (!isAtEnd() && peek() != '\n' && isBlank(peek())) {
      skip(1);
    }
    return at > start;
  }

  /** Passes over blanks, comments and newlines. */
  void skipLines() {
    while (!isAtEnd()) {
      if (isAtComment()) {
        while (!isAtEnd() && peek() != '\n') {
          skip(1);
        }
      } else if (isBlank(peek())) {
        skip(1);
      } else {
        return;
      }
    }
  }

  /** Returns the text up to a reserved character, a blank or a comment; may be empty. */
  String unquoted(String alsoReserved) {
    int start = at;
    while (!isAtEnd()
        && !isBlank(peek())
        && RESERVED.indexOf(peek()) < 0
        && alsoReserved.indexOf(peek()) < 0
        && !startsWith("//")) {
      skip(1);
    }
    return text.substring(start, at);
  }

  /** Returns the text between the double quotes that begin here. */
  String quoted() throws SyntaxException {
    int opened = line;
    if (startsWith(TRIPLE)) {
      return tripleQuoted(opened);
    }
    skip(1);
    StringBuilder content = new StringBuilder();
    while (peek() != '"') {
      if (isAtEnd() || peek() == '\n') {
        throw new SyntaxException(opened, "the double quote opened here is not closed on its line");
      }
      content.append(peek() == '\\' ? escaped() : peek());
      skip(1);
    }
    skip(1);
    return content.toString();
  }

  private String tripleQuoted(int opened) throws SyntaxException {
    int close = text.indexOf(TRIPLE, at + TRIPLE.length());
    if (close < 0) {
      throw new SyntaxException(opened, "the three double quotes opened here are not closed");
    }
    while (text.startsWith(TRIPLE, close + 1)) {
      close++; // quotes at the end belong to the text
    }
    String content = text.substring(at + TRIPLE.length(), close);
    skip(close + TRIPLE.length() - at);
    return content;
  }

  /** Returns the character of an escape, and stops at its last character. */
  private char escaped() throws SyntaxException {
    skip(1);
    if (peek() == 'u' && text.substring(at).matches("(?s)u[0-9a-fA-F]{4}.*")) {
      char character = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
      skip(4);
      return character;
    }
    int escape = ESCAPES.indexOf(peek());
    if (escape < 0) {
      String shown = peek() == '\n' || isAtEnd() ? "" : String.valueOf(peek());
      throw new SyntaxException(
          line, "\\" + shown + " is no escape; between double quotes a backslash is written twice");
    }
    return "\"\\/\b\f\n\r\t".charAt(escape);
  }

  /** Returns the blanks at the beginning of the line that the scanner is on. */
  int indentation() {
    int start = at;
    while (start > 0 && text.charAt(start - 1) != '\n') {
      start--;
    }
    int end = start;
    while (end < text.length() && text.charAt(end) != '\n' && isBlank(text.charAt(end))) {
      end++;
    }
    return end - start;
  }

  /** Returns whether only blanks precede the scanner on its line. */
  boolean isFirstOnLine() {
    int before = at;
    while (before > 0 && text.charAt(before - 1) != '\n') {
      before--;
      if (!isBlank(text.charAt(before))) {
        return false;
      }
    }
    return true;
  }

  /** As HOCON has it. */
  static boolean isBlank(char c) {
    return Character.isWhitespace(c)
        || c == '\u00a0'
        || c == '\u2007'
        || c == '\u202f'
        || c == '\ufeff';
  }
}
