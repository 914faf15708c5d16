package io.nacre.engine.clamd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files in a database directory, compared by their names, inode numbers, sizes and times.
 *
 * @param digest differs when the files do
 */
record DatabaseIdentity(String digest) {
  private static final String ATTRIBUTES = "unix:ino,size,lastModifiedTime,ctime";

  /** Returns the identity of the files in {@code directory} now; empty if they cannot be read. */
  static Optional<DatabaseIdentity> of(Path directory) {
    Map<String, String> files = new TreeMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        Map<String, Object> file = Files.readAttributes(entry, ATTRIBUTES);
        files.put(entry.getFileName().toString(), new TreeMap<>(file).toString());
      }
      byte[] all = files.toString().getBytes(StandardCharsets.UTF_8);
      return Optional.of(
          new DatabaseIdentity(
              HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(all))));
    } catch (IOException e) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
