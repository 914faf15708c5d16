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
 * The outcome for two test files in a protected directory, an infected one and a harmless one, when
 * another process opened them.
 *
 * @param text the outcome in words
 */
record OpenProof(Outcome outcome, String text) {

  /** Whether the opens ended as the engine predicted. */
  enum Outcome {
    /** They did. */
    HELD,
    /** They did not. */
    BROKEN,
    /** No file was made. */
    SKIPPED
  }

  /** The value of {@code infected} and {@code clean} for an open that is denied. */
  private static final String DENIED = "deny";

  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * Makes the files in {@code directory}, has them opened, and removes them.
   *
   * @param opens the answers that the engine predicts
   * @param longest the time an open may take
   */
  static OpenProof in(Path directory, JsonObject opens, Duration longest) throws IOException {
    try (DirectoryStream<Path> opened = Files.newDirectoryStream(directory)) {
      if (!(opened instanceof SecureDirectoryStream<Path> held)) {
        return new OpenProof(Outcome.SKIPPED, "no file test: the directory cannot be kept open");
      }
      ChildOpen infected = open(held, directory, Eicar.text(), longest);
      ChildOpen clean = open(held, directory, "Nothing to see here.\n", longest);
      return of(opens, infected, clean);
    } catch (FileSystemException e) {
      String reason = e.getReason() == null ? "no permission to write there" : e.getReason();
      return new OpenProof(Outcome.SKIPPED, "no file test: " + reason.toLowerCase(Locale.ROOT));
    }
  }

  /** Compares the opens with the prediction. */
  static OpenProof of(JsonObject opens, ChildOpen infected, ChildOpen clean) {
    String because = opens.getString("because");
    if (opens.getString("clean").equals(DENIED) ? clean.succeeded() : !clean.succeeded()) {
      return new OpenProof(
          Outcome.BROKEN, "a harmless file was answered otherwise: " + clean.outcome());
    }
    if (infected.wasDenied()) {
      return new OpenProof(
          Outcome.HELD, String.format("EICAR denied in %,d ms", infected.took().toMillis()));
    }
    boolean isExpected = !opens.getString("infected").equals(DENIED);
    if (!infected.succeeded()) {
      return new OpenProof(
          Outcome.BROKEN, "EICAR is not denied; the open ended with: " + infected.outcome());
    }
    return isExpected
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
