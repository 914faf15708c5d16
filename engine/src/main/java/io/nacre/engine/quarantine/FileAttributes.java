package io.nacre.engine.quarantine;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Inode;
import io.nacre.linux.file.Statx;
import io.nacre.linux.file.Xattrs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a file has besides its content.
 *
 * @param mode the permissions, with set-user-ID, set-group-ID and sticky bit
 * @param xattrs its extended attributes, access control lists among them, by name, in base64
 * @param xattrsLeftOut how many more it had than are kept
 */
record FileAttributes(
    int uid,
    int gid,
    int mode,
    long size,
    Instant accessed,
    Instant modified,
    Map<String, String> xattrs,
    int xattrsLeftOut) {
  static final int SET_ID = 06000;
  private static final int PERMISSIONS = 07777;

  /** A file with more than this in its extended attributes is put away without the rest of them. */
  private static final int XATTRS_MAX = 262_144;

  FileAttributes {
    xattrs = Map.copyOf(xattrs);
  }

  /** Reads those of the file that {@code file} is open on. */
  static FileAttributes of(Fd file) throws ErrnoException {
    Map<String, String> kept = new LinkedHashMap<>();
    int leftOut = readXattrs(file, kept);
    Statx statx = new Statx().read(file.number());
    return new FileAttributes(
        statx.uid(),
        statx.gid(),
        statx.mode() & PERMISSIONS,
        statx.size(),
        instant(statx.accessedSeconds(), statx.accessedNanos()),
        instant(statx.modifiedSeconds(), statx.modifiedNanos()),
        kept,
        leftOut);
  }

  /** One that cannot be read must not keep the file from being put away. */
  private static int readXattrs(Fd file, Map<String, String> kept) {
    Xattrs xattrs = new Xattrs();
    int bytes = 0;
    int leftOut = 0;
    try {
      for (String name : xattrs.names(file.number())) {
        try {
          byte[] value = xattrs.value(file.number(), name);
          bytes += name.length() + value.length;
          if (bytes <= XATTRS_MAX) {
            kept.put(name, Base64.getEncoder().encodeToString(value));
          } else {
            leftOut++;
          }
        } catch (ErrnoException e) {
          leftOut++;
        }
      }
    } catch (ErrnoException e) {
      return leftOut; // the file system has none
    }
    return leftOut;
  }

  /** Whoever owns a file may have set its times to anything. */
  private static Instant instant(long seconds, int nanos) {
    long known = Math.min(Math.max(seconds, -1L << 40), 1L << 40);
    return Instant.ofEpochSecond(known, nanos);
  }

  /** Gives them to the file that {@code file} is open on; returns what could not be, in words. */
  List<String> giveTo(Fd file) throws ErrnoException {
    List<String> problems = new ArrayList<>();
    Inode.setOwner(file.number(), uid, gid); // first, since it takes others away
    Xattrs target = new Xattrs();
    xattrs.forEach(
        (name, value) -> {
          try {
            target.set(file.number(), name, Base64.getDecoder().decode(value));
          } catch (ErrnoException e) {
            problems.add("the attribute " + name + " could not be restored: " + e.getMessage());
          }
        });
    if (xattrsLeftOut > 0) {
      problems.add(xattrsLeftOut + " extended attributes were not kept");
    }
    Inode.setMode(file.number(), mode);
    Inode.setTimes(
        file.number(),
        accessed.getEpochSecond(),
        accessed.getNano(),
        modified.getEpochSecond(),
        modified.getNano());
    return problems;
  }

  /** Leaves the file that {@code file} is open on to root, who may do nothing to it either. */
  static void takeFrom(Fd file) throws ErrnoException {
    Inode.setOwner(file.number(), 0, 0);
    Inode.setMode(file.number(), 0);
  }
}
