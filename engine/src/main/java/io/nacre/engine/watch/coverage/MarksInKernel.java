package io.nacre.engine.watch.coverage;

import io.nacre.engine.watch.mark.Marks;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.MarkInfo;
import io.nacre.linux.fanotify.MarkType;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The objects that carry a protecting mark, as the kernel lists them at one moment. Ignore marks do
 * not count.
 *
 * @param filesystems by the kernel's number of the device
 * @param mounts by the number of {@code mountinfo}
 */
record MarksInKernel(MarkedDirectories directories, Set<Long> filesystems, Set<Long> mounts) {

  /** Reads what protects now. */
  static MarksInKernel read(Marks marks) throws IOException {
    MarksInKernel found =
        new MarksInKernel(new MarkedDirectories(), new HashSet<>(), new HashSet<>());
    forEach(marks, found::add);
    return found;
  }

  /** Hands over each mark that wants all events that {@code marks} are for. */
  static void forEach(Marks marks, Consumer<MarkInfo> action) throws IOException {
    MarkInfo.forEach(
        marks.group(),
        mark -> {
          long wanted =
              mark.type() == MarkType.INODE
                  ? marks.events() | FanotifyMask.FAN_EVENT_ON_CHILD
                  : marks.events();
          if ((mark.mask() & wanted) == wanted) {
            action.accept(mark);
          }
        });
  }

  private void add(MarkInfo mark) {
    switch (mark.type()) {
      case INODE -> directories.add(mark.device(), mark.inode());
      case FILESYSTEM -> filesystems.add(mark.device());
      case MOUNT -> mounts.add(mark.mountId());
    }
  }
}
