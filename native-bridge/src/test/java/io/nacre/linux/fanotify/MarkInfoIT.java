package io.nacre.linux.fanotify;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.Statx;
import io.nacre.linux.fixture.PrivateTmpfs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kernel tells of the marks of a group. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MarkInfoIT {
  private static final long EVENTS = FanotifyMask.FAN_OPEN | FanotifyMask.FAN_EVENT_ON_CHILD;

  private PrivateTmpfs tmpfs;
  private FanotifyGroup group;

  @BeforeAll
  static void assumeAllowed() throws IOException {
    PrivateTmpfs.assumeAllowed();
  }

  @BeforeEach
  void open() throws Exception {
    tmpfs = PrivateTmpfs.mount();
    group = FanotifyGroup.open(FanotifyGroup.Kind.NOTIFICATION);
  }

  @AfterEach
  void close() throws IOException {
    try {
      group.close();
    } finally {
      tmpfs.close();
    }
  }

  @Test
  void findsNoMarkInANewGroup() throws IOException {
    assertThat(marks()).isEmpty();
  }

  @Test
  void tellsWhichDirectoryIsMarkedAndHowItIsOpened() throws IOException {
    try (Directory directory = Directory.open(PrivateTmpfs.bytes(tmpfs.directory("d")))) {
      group.mark(MarkType.INODE, EVENTS, directory.fd());
      Statx statx = new Statx().read(directory.fd().number());

      MarkInfo mark = theMark();

      assertThat(mark.type()).isEqualTo(MarkType.INODE);
      assertThat(mark.inode()).isEqualTo(statx.inode());
      assertThat(mark.device()).isEqualTo(deviceInKernel(statx));
      assertThat(mark.mask()).isEqualTo(EVENTS);
      try (Directory again = directory.openByHandle(mark.handleType(), mark.handle())) {
        assertThat(new Statx().read(again.fd().number()).inode()).isEqualTo(mark.inode());
      }
    }
  }

  @Test
  void tellsWhichFileSystemIsMarked() throws IOException {
    try (Directory root = Directory.open(PrivateTmpfs.bytes(tmpfs.root()))) {
      group.mark(MarkType.FILESYSTEM, FanotifyMask.FAN_OPEN, root.fd());

      MarkInfo mark = theMark();

      assertThat(mark.type()).isEqualTo(MarkType.FILESYSTEM);
      assertThat(mark.device()).isEqualTo(deviceInKernel(new Statx().read(root.fd().number())));
      assertThat(mark.mask()).isEqualTo(FanotifyMask.FAN_OPEN);
    }
  }

  @Test
  void tellsWhichMountIsMarked() throws IOException {
    try (Directory root = Directory.open(PrivateTmpfs.bytes(tmpfs.root()))) {
      group.mark(MarkType.MOUNT, FanotifyMask.FAN_OPEN, root.fd());
      byte[] path = PrivateTmpfs.bytes(tmpfs.root());
      long id = new Statx().probeMountinfoId(NativeBuffer.cString(path)).mountId();

      assertThat(theMark().type()).isEqualTo(MarkType.MOUNT);
      assertThat(theMark().mountId()).isEqualTo(id);
    }
  }

  @Test
  void tellsAMarkThatOnlyIgnoresFromOneThatWantsEvents() throws IOException {
    try (Directory directory = Directory.open(PrivateTmpfs.bytes(tmpfs.directory("d")))) {
      Fd fd = directory.fd();
      group.setLastingIgnoreMark(MarkType.INODE, EVENTS, fd);

      assertThat(theMark().mask()).isZero();
      assertThat(theMark().ignored()).isEqualTo(EVENTS);
    }
  }

  @Test
  void tellsEachOfManyMarks() throws IOException {
    int many = 1_000;
    for (int i = 0; i < many; i++) {
      try (Directory directory = Directory.open(PrivateTmpfs.bytes(tmpfs.directory("d" + i)))) {
        group.mark(MarkType.INODE, EVENTS, directory.fd());
      }
    }

    assertThat(marks().stream().map(MarkInfo::inode).distinct()).hasSize(many);
  }

  private MarkInfo theMark() throws IOException {
    List<MarkInfo> all = marks();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private List<MarkInfo> marks() throws IOException {
    List<MarkInfo> all = new ArrayList<>();
    MarkInfo.forEach(group, all::add);
    return all;
  }

  private static long deviceInKernel(Statx statx) {
    return (statx.device() >>> 32) << 20 | (statx.device() & 0xffff_ffffL);
  }
}
