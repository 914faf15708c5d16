package io.nacre.linux.fanotify;

/** What a mark is on; see fanotify_mark(2). */
public enum MarkType {
  /** One file or directory. */
  INODE(0x000),
  /** One mount: opens through another mount of the same file system are not seen. */
  MOUNT(0x010),
  /** A whole file system, through whichever mount or namespace (Linux 4.20). */
  FILESYSTEM(0x100);

  private final int flag;

  MarkType(int flag) {
    this.flag = flag;
  }

  int flag() {
    return flag;
  }
}
