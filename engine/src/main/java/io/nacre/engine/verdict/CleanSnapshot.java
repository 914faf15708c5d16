package io.nacre.engine.verdict;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UTFDataFormatException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Clean files as they are kept on disk while no engine runs.
 *
 * <p>Only whoever runs the engine may write the file, since it says what needs no scan; the digest
 * at its end tells a file that is damaged, and not one that somebody forged.
 *
 * @param boot which start of the machine it is from
 * @param signatures which clamd found the files clean, and by which signatures
 * @param mounts the mounts of each device, by numbers that are not used again in the same boot
 * @param files those on these devices
 */
public record CleanSnapshot(
    String boot, String signatures, Map<Long, List<Long>> mounts, List<KnownFile> files) {
  private static final long MAGIC = 0x6e61637265_000001L; // "nacre", and the version of the format
  private static final int MOST = 10_000_000;
  private static final int MOST_MOUNTS = 4096;
  private static final int OTHERS_MAY_WRITE = 022;

  public CleanSnapshot {
    mounts = Map.copyOf(mounts);
    files = List.copyOf(files);
  }

  /**
   * Writes it in place of what is at {@code path}, at once or not at all.
   *
   * @param uid the user who must own the directory
   * @throws IOException if others than that user may write there, or something else than a file is
   *     at {@code path}
   */
  public void write(Path path, int uid) throws IOException {
    requireOwnDirectory(path, uid);
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      requireRegular(path);
    }
    Path draft = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(draft);
    try {
      writeDraft(draft);
      Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private void writeDraft(Path draft) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            draft,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      MessageDigest digest = sha256();
      OutputStream all = Channels.newOutputStream(channel);
      DataOutputStream out =
          new DataOutputStream(new BufferedOutputStream(new DigestOutputStream(all, digest)));
      writeTo(out);
      out.flush();
      all.write(digest.digest());
      channel.force(true);
    }
  }

  private void writeTo(DataOutputStream out) throws IOException {
    out.writeLong(MAGIC);
    out.writeUTF(boot);
    out.writeUTF(signatures);
    out.writeInt(mounts.size());
    for (Map.Entry<Long, List<Long>> device : mounts.entrySet()) {
      out.writeLong(device.getKey());
      out.writeInt(device.getValue().size());
      for (long mount : device.getValue()) {
        out.writeLong(mount);
      }
    }
    out.writeInt(files.size());
    for (KnownFile file : files) {
      out.writeLong(file.device());
      out.writeLong(file.subvolume());
      out.writeLong(file.inode());
      out.writeLong(file.size());
      out.writeLong(file.changed());
      out.writeLong(file.modified());
      out.writeLong(file.born());
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param uid the user who must own it and its directory
   * @throws IOException if it is damaged, no such file, or one that others could have written
   */
  public static CleanSnapshot read(Path path, int uid) throws IOException {
    requireOwnDirectory(path, uid); // so that nobody puts a pipe there between look and open
    requireRegular(path);
    try (FileChannel channel =
        FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      requireOwned(path, uid);
      MessageDigest digest = sha256();
      InputStream all = new BufferedInputStream(Channels.newInputStream(channel));
      CleanSnapshot read = readFrom(new DataInputStream(new DigestInputStream(all, digest)));
      byte[] written = all.readNBytes(digest.getDigestLength() + 1);
      if (!MessageDigest.isEqual(written, digest.digest())) {
        throw new IOException("it is damaged");
      }
      return read;
    } catch (EOFException | UTFDataFormatException e) {
      throw new IOException("it is damaged", e);
    }
  }

  private static void requireOwnDirectory(Path path, int uid) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException("it is no file");
    }
    int mode = (int) Files.getAttribute(directory, "unix:mode");
    if ((int) Files.getAttribute(directory, "unix:uid") != uid || (mode & OTHERS_MAY_WRITE) != 0) {
      throw new IOException("others than its owner may write in " + directory);
    }
  }

  private static void requireRegular(Path path) throws IOException {
    if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isRegularFile()) {
      throw new IOException("it is no regular file");
    }
  }

  private static void requireOwned(Path path, int uid) throws IOException {
    PosixFileAttributes file =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    int owner = (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (owner != uid || !PosixFilePermissions.toString(file.permissions()).endsWith("------")) {
      throw new IOException("others than its owner may have written it");
    }
  }

  private static CleanSnapshot readFrom(DataInputStream in) throws IOException {
    if (in.readLong() != MAGIC) {
      throw new IOException("it is of another version, or something else");
    }
    String boot = in.readUTF();
    String signatures = in.readUTF();
    Map<Long, List<Long>> mounts = new LinkedHashMap<>();
    for (int left = count(in, MOST_MOUNTS); left > 0; left--) {
      long device = in.readLong();
      List<Long> ids = new ArrayList<>();
      for (int more = count(in, MOST_MOUNTS); more > 0; more--) {
        ids.add(in.readLong());
      }
      mounts.put(device, List.copyOf(ids));
    }
    List<KnownFile> files = new ArrayList<>();
    for (int left = count(in, MOST); left > 0; left--) {
      files.add(
          new KnownFile(
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readLong(),
              in.readLong()));
    }
    return new CleanSnapshot(boot, signatures, mounts, files);
  }

  private static int count(DataInputStream in, int most) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > most) {
      throw new IOException("it is damaged");
    }
    return count;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
