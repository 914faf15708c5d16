package io.nacre.engine.log;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;

/** Text that is safe to print: the name of a file must not forge log lines or drive a terminal. */
public final class Printable {

  private Printable() {}

  /** Returns {@code bytes} as text; bytes that are not printable UTF-8 become {@code \xNN}. */
  public static String of(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try {
      return of(decoder.decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      StringBuilder escaped = new StringBuilder();
      for (byte b : bytes) {
        if (b >= 0x20 && b < 0x7f && b != '\\') {
          escaped.append((char) b);
        } else {
          escaped.append(String.format("\\x%02x", b));
        }
      }
      return escaped.toString();
    }
  }

  /** Returns {@code text} with its control and formatting characters escaped. */
  public static String of(String text) {
    return escaped(text, Printable::isPlain);
  }

  /**
   * Returns {@code text}, of which parts may be escaped already, as one line that is safe to print.
   * Unlike {@link #of(String)} it leaves backslashes alone.
   */
  public static String line(String text) {
    return escaped(text, c -> c == '\\' || isPlain(c));
  }

  private static String escaped(String text, IntPredicate isPlain) {
    if (text.codePoints().allMatch(isPlain)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isPlain.test(c)) {
                escaped.appendCodePoint(c);
              } else if (c < 0x100) {
                escaped.append(String.format("\\x%02x", c));
              } else {
                escaped.append(String.format("\\u{%x}", c));
              }
            });
    return escaped.toString();
  }

  private static boolean isPlain(int c) {
    int type = Character.getType(c);
    return type != Character.CONTROL
        && type != Character.FORMAT // such as right-to-left marks
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.SURROGATE
        && c != '\\';
  }
}
