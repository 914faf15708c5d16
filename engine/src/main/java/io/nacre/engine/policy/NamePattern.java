package io.nacre.engine.policy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The pattern of one name between two slashes: {@code *} for any characters, {@code ?} for one, and
 * a backslash in front of a literal special character.
 *
 * <p>A character is a sequence of UTF-8, or a single byte where a name has no UTF-8.
 */
public final class NamePattern {
  /** Characters that need a backslash, besides the wildcards. */
  private static final String RESERVED = "[]{}";

  private static final short ONE_CHARACTER = -1;
  private static final short ANY_CHARACTERS = -2;

  /** Bytes from 0 to 255, and the wildcards. */
  private final short[] code;

  private NamePattern(short[] code) {
    this.code = code;
  }

  /**
   * Compiles {@code name}.
   *
   * @throws IllegalArgumentException if it is no pattern; the message gives the reason
   */
  public static NamePattern parse(String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    short[] code = new short[text.length];
    int count = 0;
    for (int i = 0; i < text.length; i++) {
      char c = (char) Byte.toUnsignedInt(text[i]);
      if (c == '\\') {
        if (++i == text.length) {
          throw new IllegalArgumentException(
              "a backslash stands in front of the character that it makes literal: \\*, \\\\");
        }
        code[count++] = (short) Byte.toUnsignedInt(text[i]);
      } else if (RESERVED.indexOf(c) >= 0) {
        throw new IllegalArgumentException(
            c + " is not understood; a backslash makes a special character literal: \\" + c);
      } else if (c == '*' && i + 1 < text.length && text[i + 1] == '*') {
        throw new IllegalArgumentException("** stands for whole names, between slashes: /**/");
      } else {
        code[count++] =
            switch (c) {
              case '*' -> ANY_CHARACTERS;
              case '?' -> ONE_CHARACTER;
              default -> (short) c;
            };
      }
    }
    return new NamePattern(Arrays.copyOf(code, count));
  }

  /** Returns a pattern that matches only {@code path}. */
  public static String literal(String path) {
    return path.replaceAll("[\\\\*?\\[\\]{}]", "\\\\$0");
  }

  /** Returns true if there is no wildcard. */
  public boolean isLiteral() {
    for (short unit : code) {
      if (unit < 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns the name that a literal pattern matches. */
  public String name() {
    byte[] bytes = new byte[code.length];
    for (int i = 0; i < code.length; i++) {
      bytes[i] = (byte) code[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns true if every name matches. */
  public boolean isEveryName() {
    int any = 0;
    int one = 0;
    for (short unit : code) {
      any += unit == ANY_CHARACTERS ? 1 : 0;
      one += unit == ONE_CHARACTER ? 1 : 0;
    }
    return any > 0 && one <= 1 && any + one == code.length;
  }

  /**
   * Returns true if the name in {@code path} from {@code start} to {@code end} matches; no empty
   * name does.
   *
   * <p>When a byte does not match, only the last {@code *} takes one more character. The part in
   * front of it has matched already, and another way to match it gains nothing. So the steps are
   * bounded by the length of the pattern times the length of the name.
   */
  boolean matches(byte[] path, int start, int end) {
    int at = start;
    int next = 0;
    int behindAny = -1;
    int anyEnd = start;
    while (at < end) {
      short unit = next < code.length ? code[next] : Short.MIN_VALUE;
      if (unit == ANY_CHARACTERS) {
        behindAny = ++next;
        anyEnd = at;
      } else if (unit == ONE_CHARACTER) {
        next++;
        at += characterLength(path, at, end);
      } else if (unit == Byte.toUnsignedInt(path[at])) {
        next++;
        at++;
      } else if (behindAny >= 0) {
        next = behindAny;
        anyEnd += characterLength(path, anyEnd, end);
        at = anyEnd;
      } else {
        return false;
      }
    }
    while (next < code.length && code[next] == ANY_CHARACTERS) {
      next++;
    }
    return next == code.length && start < end;
  }

  /** The length of the UTF-8 sequence at {@code at}, or 1 if there is none. */
  private static int characterLength(byte[] path, int at, int end) {
    int lead = Byte.toUnsignedInt(path[at]);
    int length = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
    if (length > end - at) {
      return 1;
    }
    for (int i = 1; i < length; i++) {
      if ((path[at + i] & 0xc0) != 0x80) {
        return 1;
      }
    }
    return length;
  }
}
