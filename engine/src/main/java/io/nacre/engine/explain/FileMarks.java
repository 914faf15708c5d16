package io.nacre.engine.explain;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.MarkInfo;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.file.MountedType;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The fanotify marks that affect the opens of one file, as the kernel lists them.
 *
 * @param reporting the objects whose marks report opens of the file; empty if no mark does
 * @param isIgnored whether an ignore mark on the file itself suppresses the events of its opens
 * @param isDirectoryIgnored whether an ignore mark on its directory suppresses these events
 */
record FileMarks(List<String> reporting, boolean isIgnored, boolean isDirectoryIgnored) {
  private static final long CHILDREN = FanotifyMask.FAN_EVENT_ON_CHILD;

  /**
   * Reads the marks of {@code group} that affect the file at {@code path}.
   *
   * @param file the result of statx for the file
   */
  static FileMarks read(FanotifyGroup group, String path, Statx file) throws IOException {
    String parent = path.substring(0, Math.max(1, path.lastIndexOf('/')));
    long directory = probe(parent).inode();
    long device = device(file);
    long mount = new Statx().probeMountinfoId(cString(path)).mountId();
    Found found = new Found();
    MarkInfo.forEach(
        group,
        mark -> {
          if (mark.type() == MarkType.MOUNT) {
            found.add("mount", mark, mark.mountId() == mount);
          } else if (mark.type() == MarkType.FILESYSTEM) {
            found.add("file system", mark, mark.device() == device);
          } else if (mark.device() == device) {
            boolean isOnChildren = ((mark.mask() | mark.ignored()) & CHILDREN) != 0;
            found.add("directory", mark, mark.inode() == directory && isOnChildren);
            found.isIgnored |=
                mark.inode() == file.inode() && (mark.ignored() & FanotifyMask.OPENS) != 0;
            found.isDirectoryIgnored |=
                mark.inode() == directory
                    && isOnChildren
                    && (mark.ignored() & FanotifyMask.OPENS) != 0;
          }
        });
    return new FileMarks(List.copyOf(found.reporting), found.isIgnored, found.isDirectoryIgnored);
  }

  private static final class Found {
    private final List<String> reporting = new ArrayList<>();
    private boolean isIgnored;
    private boolean isDirectoryIgnored;

    void add(String what, MarkInfo mark, boolean bearsOnTheFile) {
      if (bearsOnTheFile && (mark.mask() & FanotifyMask.OPENS) != 0) {
        reporting.add(what);
      }
    }
  }

  private static Statx probe(String path) throws ErrnoException {
    return new Statx().probe(cString(path));
  }

  /** Returns the kernel's own number of the device; stat(2) may report another one. */
  private static long device(Statx file) throws ErrnoException {
    MountedType mounted = new MountedType();
    boolean isKnown = file.uniqueMountId() >= 0 && mounted.of(file.uniqueMountId()) != 0;
    long device = isKnown ? mounted.device() : file.device();
    return (device >>> 32) << 20 | (device & 0xffff_ffffL);
  }

  private static NativeBuffer cString(String path) {
    return NativeBuffer.cString(path.getBytes(StandardCharsets.UTF_8));
  }
}
