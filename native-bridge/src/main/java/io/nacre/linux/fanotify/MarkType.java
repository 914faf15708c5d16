package io.nacre.linux.fanotify;

/** The kinds of object that a mark can be on; see fanotify_mark(2). */
public enum MarkType {
  /** One file or directory. */
  INODE(0x000),
  /** One mount: opens through other mounts of the same file system raise no event. */
  MOUNT(0x010),
  /** A whole file system, through any mount or namespace (Linux 4.20). */
  FILESYSTEM(0x100);

  private final int flag;

  MarkType(int flag) {
    this.flag = flag;
  }

  int flag() {
    return flag;
  }
}
