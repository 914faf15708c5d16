package io.nacre.linux.file;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The access control list of a file, see acl(5): whether it grants writing beyond the file's mode.
 * Belongs to one thread.
 */
public final class AccessList {
  /*
   * The value of the attribute, little-endian on every processor:
   *
   * struct posix_acl_xattr_header { __le32 a_version; };     //  4 bytes
   * struct posix_acl_xattr_entry {       // offset
   *     __le16 e_tag;                    //  0
   *     __le16 e_perm;                   //  2
   *     __le32 e_id;                     //  4
   * };                                   //  8
   */
  private static final int HEADER_SIZE = 4;
  private static final int ENTRY_SIZE = 8;
  private static final int PERM = 2;
  private static final int VERSION = 2;

  private static final int ACL_WRITE = 0x02;
  private static final int ACL_USER_OBJ = 0x01;

  /** The longest value of an attribute that the kernel allows. */
  private static final int XATTR_SIZE_MAX = 65_536;

  private static final NativeBuffer NAME =
      NativeBuffer.cString("system.posix_acl_access".getBytes(StandardCharsets.US_ASCII));

  private final NativeBuffer value = new NativeBuffer(XATTR_SIZE_MAX);

  /** Makes room for the list of one file at a time. */
  public AccessList() {
    value.bytes().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Returns whether the list of the file {@code fd} is open on has an entry, other than that of its
   * owner, that grants writing, whether the list's mask takes that back or not.
   *
   * @throws ErrnoException if the list cannot be read
   */
  public boolean grantsWriteToOthers(int fd) throws ErrnoException {
    long length = FileLib.fgetxattr(fd, NAME.address(), value.address(), XATTR_SIZE_MAX);
    if (length < 0) {
      int errno = ErrnoException.lastErrno();
      if (errno == Errno.ENODATA || errno == Errno.EOPNOTSUPP) {
        return false; // no list, or a file system without lists
      }
      throw new ErrnoException("fgetxattr", errno);
    }
    return grantsWrite((int) length);
  }

  /** A list of unknown layout may grant anything. */
  private boolean grantsWrite(int length) {
    if (length < HEADER_SIZE
        || (length - HEADER_SIZE) % ENTRY_SIZE != 0
        || value.bytes().getInt(0) != VERSION) {
      return true;
    }
    for (int entry = HEADER_SIZE; entry < length; entry += ENTRY_SIZE) {
      boolean isOwner = value.bytes().getShort(entry) == ACL_USER_OBJ;
      if (!isOwner && (value.bytes().getShort(entry + PERM) & ACL_WRITE) != 0) {
        return true;
      }
    }
    return false;
  }
}
