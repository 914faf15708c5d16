package io.nacre.linux.fanotify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkInfoTest {

  @Test
  void understandsAMarkOnADirectory() {
    MarkInfo mark =
        parse(
            "fanotify ino:4f261 sdev:800013 mflags:40 mask:8010000 ignored_mask:3"
                + " fhandle-bytes:8 fhandle-type:1 f_handle:61f20400a7e94adc");

    assertThat(mark.type()).isEqualTo(MarkType.INODE);
    assertThat(mark.inode()).isEqualTo(0x4f261);
    assertThat(mark.device()).isEqualTo(0x800013);
    assertThat(mark.mask()).isEqualTo(0x8010000);
    assertThat(mark.ignored()).isEqualTo(3);
    assertThat(mark.handleType()).isEqualTo(1);
    assertThat(mark.handle()).containsExactly(0x61, 0xf2, 4, 0, 0xa7, 0xe9, 0x4a, 0xdc);
  }

  @Test
  void understandsAMarkOnAMount() {
    MarkInfo mark = parse("fanotify mnt_id:1f mflags:0 mask:10000 ignored_mask:0");

    assertThat(mark.type()).isEqualTo(MarkType.MOUNT);
    assertThat(mark.mountId()).isEqualTo(0x1f);
    assertThat(mark.mask()).isEqualTo(0x10000);
  }

  @Test
  void understandsAMarkOnAFileSystem() {
    MarkInfo mark = parse("fanotify sdev:fe00001 mflags:0 mask:10008 ignored_mask:0");

    assertThat(mark.type()).isEqualTo(MarkType.FILESYSTEM);
    assertThat(mark.device()).isEqualTo(254L << 20 | 1);
    assertThat(mark.mask()).isEqualTo(0x10008);
  }

  @Test
  void understandsAMarkWithoutAHandle() {
    MarkInfo mark = parse("fanotify ino:1 sdev:2 mflags:0 mask:0 ignored_mask:8010000 ");

    assertThat(mark.mask()).isZero();
    assertThat(mark.ignored()).isEqualTo(0x8010000);
    assertThat(mark.handle()).isEmpty();
  }

  @Test
  void understandsTheBiggestInode() {
    MarkInfo mark =
        parse("fanotify ino:ffffffffffffffff sdev:ffffffff mflags:0 mask:1 ignored_mask:0");

    assertThat(mark.inode()).isEqualTo(-1);
    assertThat(mark.device()).isEqualTo(0xffff_ffffL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "pos:\t0",
        "fanotify flags:5 event-flags:8000",
        "fanotify",
        "fanotify ino:1 sdev:2 mflags:0 mask:1",
        "fanotify ino:1 sdev:2 mflags:0 ignored_mask:1",
        "fanotify ino:1 mflags:0 mask:1 ignored_mask:0",
        "fanotify mask:1 ignored_mask:0",
        "fanotify mnt_ns:1 mflags:0 mask:1 ignored_mask:0",
        "fanotify mnt_id:1 sdev:2 mflags:0 mask:1 ignored_mask:0",
        "fanotify ino:1 mnt_id:1 mflags:0 mask:1 ignored_mask:0",
        "fanotify sdev: mflags:0 mask:1 ignored_mask:0",
        "fanotify sdev:-1 mflags:0 mask:1 ignored_mask:0",
        "fanotify sdev:x mflags:0 mask:1 ignored_mask:0",
        "fanotify sdev:１ mflags:0 mask:1 ignored_mask:0",
        "fanotify sdev:2 mflags:0 mask:12345678123456781 ignored_mask:0",
        "inotify wd:1 ino:1 sdev:2 mask:1 ignored_mask:0",
        " fanotify sdev:2 mflags:0 mask:1 ignored_mask:0",
      })
  void passesOverWhatIsNoMark(String line) {
    assertThat(MarkInfo.parse(line)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"f_handle:000", "f_handle:0g", "f_handle:é0", "f_handle:"})
  void hasNoHandleThatIsNone(String handle) {
    MarkInfo mark = parse("fanotify ino:1 sdev:2 mflags:0 mask:1 ignored_mask:0 " + handle);

    assertThat(mark.handle()).isEmpty();
  }

  private static MarkInfo parse(String line) {
    return MarkInfo.parse(line).orElseThrow();
  }
}
