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
 * The owner, mode, times and extended attributes of a file.
 *
 * @param mode the permissions, with set-user-ID, set-group-ID and sticky bit
 * @param xattrs its extended attributes, access control lists among them, by name, in Base64
 * @param xattrsLeftOut the number of further ones that are not kept
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

  /** Extended attributes beyond this many bytes are left out. */
  private static final int XATTRS_MAX = 262_144;

  FileAttributes {
    xattrs = Map.copyOf(xattrs);
  }

  /** Reads the attributes of the open {@code file}. */
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

  /** An attribute that cannot be read does not keep the file out of the quarantine. */
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

  /** The owner of a file can set its times to any value. */
  private static Instant instant(long seconds, int nanos) {
    long bounded = Math.min(Math.max(seconds, -1L << 40), 1L << 40);
    return Instant.ofEpochSecond(bounded, nanos);
  }

  /** Sets the attributes of the open {@code file}; returns those that could not be set, as text. */
  List<String> applyTo(Fd file) throws ErrnoException {
    List<String> problems = new ArrayList<>();
    Inode.setOwner(file.number(), uid, gid); // first, since it clears other attributes
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

  /** Gives the open {@code file} to root, with mode 0. */
  static void lockAway(Fd file) throws ErrnoException {
    Inode.setOwner(file.number(), 0, 0);
    Inode.setMode(file.number(), 0);
  }
}
