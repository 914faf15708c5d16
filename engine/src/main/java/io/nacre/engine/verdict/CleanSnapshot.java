package io.nacre.engine.verdict;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
 * @param signatures which signatures the files were found clean by
 * @param mounts the mounts of each device, by numbers that are not used again in the same boot
 * @param files those on these devices
 */
public record CleanSnapshot(
    String boot, String signatures, Map<Long, List<Long>> mounts, List<KnownFile> files) {
  private static final long MAGIC = 0x6e61637265_000001L; // "nacre", and the version of the format
  private static final int MOST = 10_000_000;
  private static final int MOST_MOUNTS = 4096;

  public CleanSnapshot {
    mounts = Map.copyOf(mounts);
    files = List.copyOf(files);
  }

  /** Writes it in place of what is at {@code path}, at once or not at all. */
  public void write(Path path) throws IOException {
    Path draft = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(draft);
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
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
   * @param uid the user who must own it
   * @throws IOException if it is damaged, no such file, or one that others could have written
   */
  public static CleanSnapshot read(Path path, int uid) throws IOException {
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
    }
  }

  private static void requireOwned(Path path, int uid) throws IOException {
    PosixFileAttributes file =
        Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    int owner = (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!file.isRegularFile()
        || owner != uid
        || !PosixFilePermissions.toString(file.permissions()).endsWith("------")) {
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
