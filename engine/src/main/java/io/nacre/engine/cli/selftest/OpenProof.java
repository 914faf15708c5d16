package io.nacre.engine.cli.selftest;

import io.nacre.engine.json.JsonObject;
import io.nacre.engine.selfcheck.SelfCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * What became of two test files in a protected directory, an infected one and a harmless one, when
 * another process opened them.
 *
 * @param text for people
 */
record OpenProof(Outcome outcome, String text) {

  /** Whether that is as it should be. */
  enum Outcome {
    /** It is. */
    HELD,
    /** It is not. */
    BROKEN,
    /** Nothing was tried. */
    SKIPPED
  }

  /** Denied, or let through. */
  private static final String DENIED = "deny";

  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * Makes the files in {@code directory}, has them opened, and removes them.
   *
   * @param opens how the engine says that opens should fare
   * @param longest how long an open may take
   */
  static OpenProof in(Path directory, JsonObject opens, Duration longest) throws IOException {
    try (DirectoryStream<Path> opened = Files.newDirectoryStream(directory)) {
      if (!(opened instanceof SecureDirectoryStream<Path> held)) {
        return new OpenProof(Outcome.SKIPPED, "no file test: no way to hold the directory");
      }
      ChildOpen infected = open(held, directory, Eicar.text(), longest);
      ChildOpen clean = open(held, directory, "Nothing to see here.\n", longest);
      return of(opens, infected, clean);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? "may not write there" : e.getReason();
      return new OpenProof(Outcome.SKIPPED, "no file test: " + reason.toLowerCase(Locale.ROOT));
    }
  }

  /** Says what was seen. */
  static OpenProof of(JsonObject opens, ChildOpen infected, ChildOpen clean) {
    String because = opens.getString("because");
    if (opens.getString("clean").equals(DENIED) ? clean.succeeded() : !clean.succeeded()) {
      return new OpenProof(Outcome.BROKEN, "a harmless file fares otherwise: " + clean.outcome());
    }
    if (infected.wasDenied()) {
      return new OpenProof(
          Outcome.HELD, String.format("EICAR denied in %,d ms", infected.took().toMillis()));
    }
    boolean isMeant = !opens.getString("infected").equals(DENIED);
    if (!infected.succeeded()) {
      return new OpenProof(Outcome.BROKEN, "EICAR is not denied but: " + infected.outcome());
    }
    return isMeant
        ? new OpenProof(Outcome.HELD, "EICAR opens: " + because)
        : new OpenProof(Outcome.BROKEN, "EICAR opens");
  }

  /** The directory is held open, so that a file is removed where it was made. */
  private static ChildOpen open(
      SecureDirectoryStream<Path> held, Path directory, String contents, Duration longest)
      throws IOException {
    Path name =
        Path.of(
            SelfCheck.FILE_PREFIX + Long.toString(RANDOM.nextLong() >>> 1, Character.MAX_RADIX));
    directory.resolve(name).toFile().deleteOnExit(); // on Ctrl-C
    try (SeekableByteChannel file =
        held.newByteChannel(
            name,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      file.write(ByteBuffer.wrap(contents.getBytes(StandardCharsets.US_ASCII)));
    }
    try {
      return ChildOpen.by(directory.resolve(name), longest);
    } finally {
      held.deleteFile(name);
    }
  }
}
