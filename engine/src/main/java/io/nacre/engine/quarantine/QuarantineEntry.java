package io.nacre.engine.quarantine;

import io.nacre.engine.verdict.FileId;
import java.time.Instant;
import java.util.Base64;

/**
 * What is known of a file in the quarantine.
 *
 * @param id its name there
 * @param isCopy whether the file itself stayed where it was
 * @param path where it was, printable
 * @param rawPath the same as the kernel has it, in base64
 * @param file which file it was
 * @param otherNames how many more names it had
 * @param sha256 of its content, in hexadecimal digits
 * @param at when it was put away
 */
public record QuarantineEntry(
    String id,
    boolean isCopy,
    String path,
    String rawPath,
    FileId file,
    int otherNames,
    FileAttributes attributes,
    String sha256,
    QuarantineReason finding,
    Instant at) {

  /** Returns the size of its content in bytes. */
  public long size() {
    return attributes.size();
  }

  /** Returns its owner. */
  public int uid() {
    return attributes.uid();
  }

  /** Returns the group that owned it. */
  public int gid() {
    return attributes.gid();
  }

  /** Returns its permissions. */
  public int mode() {
    return attributes.mode();
  }

  /** Returns when its content changed last, as its owner would have it. */
  public Instant modified() {
    return attributes.modified();
  }

  /** Returns how many extended attributes it had. */
  public int xattrs() {
    return attributes.xattrs().size() + attributes.xattrsLeftOut();
  }

  /** Returns where it was, as the kernel has it. */
  public byte[] originalPath() {
    return Base64.getDecoder().decode(rawPath);
  }
}
