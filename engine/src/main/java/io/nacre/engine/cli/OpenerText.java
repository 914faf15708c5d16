package io.nacre.engine.cli;

import io.nacre.engine.detection.Printable;
import io.nacre.engine.request.Opener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Who wanted a file, for people: {@code cat (pid 1234, user bob)}. */
final class OpenerText {
  private static final Path PASSWD = Path.of("/etc/passwd");

  String of(Opener opener) {
    String program = opener.program().map(OpenerText::shortName).orElse("a process that is gone");
    String user = opener.uid().isPresent() ? ", user " + userName(opener.uid().getAsInt()) : "";
    String pid = opener.pid() == 0 ? "of another pid namespace" : "pid " + opener.pid();
    return program + " (" + pid + user + ")";
  }

  private static String shortName(String program) {
    return Printable.of(program.substring(program.lastIndexOf('/') + 1));
  }

  private static String userName(int uid) {
    String number = Integer.toUnsignedString(uid);
    return nameIn(number).map(Printable::of).orElse(number);
  }

  /** {@code name:password:uid:…}, passwd(5). */
  private static Optional<String> nameIn(String uid) {
    try (Stream<String> lines = Files.lines(PASSWD, StandardCharsets.ISO_8859_1)) {
      return lines
          .map(line -> line.split(":", -1))
          .filter(fields -> fields.length > 2 && fields[2].equals(uid))
          .map(fields -> fields[0])
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
