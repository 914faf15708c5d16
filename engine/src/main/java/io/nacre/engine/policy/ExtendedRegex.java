package io.nacre.engine.policy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A POSIX extended regular expression, regex(7), as ClamAV compiles it: each byte is a character,
 * and lines have no meaning. It is translated for RE2, whose time is linear in the text.
 *
 * <p>A {@code $} also matches in front of a slash. So one search in a path finds a match of the
 * path or of a directory above it. Constructs in which RE2 differs from POSIX are refused: repeats
 * of repeats, empty branches, equivalence classes, collating symbols, back references.
 */
final class ExtendedRegex {
  private static final String ESCAPABLE = "^.[]$()|*+?{}\\/-";
  private static final String CLASSES =
      "|alnum|alpha|blank|cntrl|digit|graph|lower|print|punct|space|upper|xdigit|";
  private static final int REPEATS_MAX = 255;

  private enum Kind {
    ATOM,
    REPEAT,
    OPEN,
    CLOSE,
    OR,
    BEGIN,
    END
  }

  private record Token(Kind kind, String text) {}

  private final String regex;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private ExtendedRegex(String regex) {
    this.regex = bytes(regex);
  }

  /**
   * Compiles {@code regex}.
   *
   * @throws IllegalArgumentException if it is none, or not supported; the message gives the reason
   */
  static Pattern compile(String regex) {
    try {
      return Pattern.compile(new ExtendedRegex(regex).translate(), Pattern.DOTALL);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(e.getDescription(), e);
    }
  }

  /** Returns text in which each byte is one character. */
  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private String translate() {
    while (at < regex.length()) {
      tokens.add(next());
    }
    check();
    StringBuilder translated = new StringBuilder();
    tokens.forEach(token -> translated.append(token.text()));
    return translated.toString();
  }

  private Token next() {
    char c = regex.charAt(at++);
    return switch (c) {
      case '(' -> new Token(Kind.OPEN, "(?:");
      case ')' -> new Token(Kind.CLOSE, ")");
      case '|' -> new Token(Kind.OR, "|");
      case '^' -> new Token(Kind.BEGIN, "^");
      case '$' -> new Token(Kind.END, "(?:/|$)");
      case '*', '+', '?' -> new Token(Kind.REPEAT, String.valueOf(c));
      case '{' -> isDigit(at) ? bounds() : literal(c);
      case '[' -> new Token(Kind.ATOM, bracket());
      case '.' -> new Token(Kind.ATOM, ".");
      case '\\' -> escaped();
      default -> literal(c);
    };
  }

  private static Token literal(char c) {
    return new Token(Kind.ATOM, Pattern.quote(String.valueOf(c)));
  }

  private Token escaped() {
    if (at == regex.length()) {
      throw new IllegalArgumentException("ends with a backslash");
    }
    char c = regex.charAt(at++);
    if (c >= '1' && c <= '9') {
      throw new IllegalArgumentException(
          "the back reference \\" + c + " is not understood: no time would bound it");
    }
    if (ESCAPABLE.indexOf(c) < 0 && c < 0x80 && Character.isLetterOrDigit(c)) {
      throw new IllegalArgumentException(
          "\\"
              + c
              + " means nothing in a POSIX expression; write "
              + c
              + ", or a class as [[:digit:]]");
    }
    return literal(c);
  }

  private Token bounds() {
    int close = regex.indexOf('}', at);
    String inside = close < 0 ? "" : regex.substring(at, close);
    if (!inside.matches("[0-9]{1,3}(,([0-9]{1,3})?)?")) {
      throw new IllegalArgumentException("a repeat is written {2}, {2,} or {2,5}");
    }
    at = close + 1;
    String[] ends = inside.split(",", -1);
    int least = Integer.parseInt(ends[0]);
    int most = ends.length == 1 || ends[1].isEmpty() ? least : Integer.parseInt(ends[1]);
    if (least > most || most > REPEATS_MAX) {
      throw new IllegalArgumentException(
          "{" + inside + "} must go from less to more, and to " + REPEATS_MAX + " at most");
    }
    return new Token(Kind.REPEAT, "{" + inside + "}");
  }

  /** Translates a bracket expression, in which a backslash is no special character. */
  private String bracket() {
    StringBuilder set = new StringBuilder("[");
    if (at < regex.length() && regex.charAt(at) == '^') {
      set.append('^');
      at++;
    }
    int first = at;
    while (at < regex.length()) {
      char c = regex.charAt(at);
      if (c == ']' && at > first) {
        at++;
        return set.append(']').toString();
      }
      if (c == '[' && at + 1 < regex.length() && ":=.".indexOf(regex.charAt(at + 1)) >= 0) {
        set.append(characterClass());
      } else {
        boolean isRange =
            c == '-' && at > first && at + 1 < regex.length() && regex.charAt(at + 1) != ']';
        set.append(isRange || isWord(c) ? String.valueOf(c) : quoted(c));
        at++;
      }
    }
    throw new IllegalArgumentException("a [ has no ]");
  }

  private static boolean isWord(char c) {
    return c < 0x80 && (Character.isLetterOrDigit(c) || c == '_');
  }

  private static String quoted(char c) {
    return String.format("\\x{%x}", (int) c);
  }

  private String characterClass() {
    char kind = regex.charAt(at + 1);
    int close = regex.indexOf(kind + "]", at + 2);
    String name = close < 0 ? "" : regex.substring(at + 2, close);
    if (kind != ':') {
      throw new IllegalArgumentException(
          "[" + kind + "…" + kind + "] in brackets is not understood; write the characters");
    }
    if (!CLASSES.contains("|" + name + "|") || name.isEmpty()) {
      throw new IllegalArgumentException("[:" + name + ":] is no class of characters");
    }
    at = close + 2;
    return "[:" + name + ":]";
  }

  private boolean isDigit(int index) {
    return index < regex.length() && regex.charAt(index) >= '0' && regex.charAt(index) <= '9';
  }

  /** Refuses constructs whose meaning differs between RE2 and POSIX. */
  private void check() {
    int open = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Kind before = i == 0 ? Kind.OR : tokens.get(i - 1).kind();
      Kind kind = tokens.get(i).kind();
      if (kind == Kind.REPEAT && before != Kind.ATOM && before != Kind.CLOSE) {
        throw new IllegalArgumentException(
            "in front of " + tokens.get(i).text() + " must stand what is repeated, and no repeat");
      }
      boolean isEmpty = before == Kind.OR || before == Kind.OPEN;
      if (isEmpty && (kind == Kind.OR || kind == Kind.CLOSE)) {
        throw new IllegalArgumentException("a part between ( | ) is empty");
      }
      if (kind == Kind.END && !isLast(i + 1)) {
        throw new IllegalArgumentException("nothing can stand behind a $; \\$ is the character");
      }
      open += kind == Kind.OPEN ? 1 : kind == Kind.CLOSE ? -1 : 0;
      if (open < 0) {
        throw new IllegalArgumentException("a ) has no (");
      }
    }
    if (open > 0) {
      throw new IllegalArgumentException("a ( has no )");
    }
    if (tokens.isEmpty() || tokens.get(tokens.size() - 1).kind() == Kind.OR) {
      throw new IllegalArgumentException("a part of it is empty, and would match everything");
    }
  }

  /** Returns true if only ends of groups follow the token at {@code index}: nothing must match. */
  private boolean isLast(int index) {
    int deeper = 0;
    boolean skips = false; // the other branches of the current group
    for (int i = index; i < tokens.size(); i++) {
      Kind kind = tokens.get(i).kind();
      if (skips) {
        deeper += kind == Kind.OPEN ? 1 : kind == Kind.CLOSE ? -1 : 0;
        skips = deeper >= 0;
        deeper = Math.max(deeper, 0);
      } else if (kind == Kind.OR) {
        skips = true;
      } else if (kind != Kind.CLOSE) {
        return false;
      }
    }
    return true;
  }
}
