package io.nacre.engine.quarantine;

import io.nacre.engine.verdict.FileId;
import java.time.Instant;
import java.util.Base64;

/**
 * The facts about a file in the quarantine.
 *
 * @param id its name there
 * @param isCopy whether the file itself stayed where it was
 * @param path its former path, printable
 * @param rawPath the bytes of that path in Base64
 * @param file its device and inode
 * @param otherNames the number of further names it had
 * @param sha256 of its content, in hexadecimal digits
 * @param at when it was put into the quarantine
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
    QuarantineReason reason,
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

  /** Returns its time of modification, which its owner could set. */
  public Instant modified() {
    return attributes.modified();
  }

  /** Returns the number of its extended attributes. */
  public int xattrs() {
    return attributes.xattrs().size() + attributes.xattrsLeftOut();
  }

  /** Returns the bytes of its former path. */
  public byte[] originalPath() {
    return Base64.getDecoder().decode(rawPath);
  }
}
