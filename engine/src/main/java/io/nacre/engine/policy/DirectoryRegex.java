package io.nacre.engine.policy;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;

/**
 * The directories whose path contains a match of a POSIX extended regular expression, and
 * everything below them: {@code OnAccessExcludePath} of clamonacc 1.5.
 *
 * <p>A path is searched once, in time linear in its length, for any names. A path is searched with
 * a slash at its end if the expression ends with a slash. For any thread.
 */
public final class DirectoryRegex {
  private final Pattern pattern;
  private final boolean endsWithSlash;

  private DirectoryRegex(Pattern pattern, boolean endsWithSlash) {
    this.pattern = pattern;
    this.endsWithSlash = endsWithSlash;
  }

  /**
   * Compiles {@code regex}.
   *
   * @throws IllegalArgumentException if it is none, or not supported; the message gives the reason
   */
  public static DirectoryRegex parse(String regex) {
    return new DirectoryRegex(ExtendedRegex.compile(regex), regex.endsWith("/"));
  }

  /**
   * Returns true if the first {@code length} bytes of {@code directory}, a path without a slash at
   * the end, or a directory above it, match.
   */
  public boolean matches(byte[] directory, int length) {
    String path = new String(directory, 0, length, StandardCharsets.ISO_8859_1);
    boolean needsSlash = endsWithSlash && !path.endsWith("/");
    return pattern.matcher(needsSlash ? path + "/" : path).find();
  }
}
