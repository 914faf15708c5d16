package io.nacre.engine.language;

/**
 * A piece of a file that the rules of language apply to.
 *
 * @param kind what the piece is
 * @param line the line where it begins, from 1
 * @param text its characters, with its line breaks
 */
record Part(Kind kind, int line, String text) {

  /** What a piece of a file is. */
  enum Kind {
    /** Sentences, without their code spans. */
    PROSE,
    /** A string literal with its quotes. */
    LITERAL,
    /** Java code between comments and literals. */
    CODE,
    /** What a code span of a comment or a document names. */
    SPAN
  }

  /** Returns the line of the character at {@code index}. */
  int lineOf(int index) {
    return line + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
  }
}
