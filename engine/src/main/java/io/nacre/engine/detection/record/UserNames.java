package io.nacre.engine.detection.record;

import io.nacre.engine.log.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Names of users by passwd(5) alone. A directory service could wait for a network, or for an open
 * that waits for this engine.
 */
public final class UserNames {
  private static final Path PASSWD = Path.of("/etc/passwd");

  private UserNames() {}

  /** Returns the name of user {@code uid}, printable; empty if the file has none. */
  public static Optional<String> of(int uid) {
    String number = Integer.toUnsignedString(uid);
    try (Stream<String> lines = Files.lines(PASSWD, StandardCharsets.ISO_8859_1)) {
      return lines
          .map(line -> line.split(":", -1)) // name:password:uid:…
          .filter(fields -> fields.length > 2 && fields[2].equals(number))
          .map(fields -> Printable.of(fields[0]))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
