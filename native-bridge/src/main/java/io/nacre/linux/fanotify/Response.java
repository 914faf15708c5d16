package io.nacre.linux.fanotify;

/** The response to a permission event. */
public enum Response {
  /** The open goes on. */
  ALLOW(0x01),
  /** The open fails with {@code EPERM}, "Operation not permitted". */
  DENY(0x02);

  private final int code;

  Response(int code) {
    this.code = code;
  }

  /** Returns {@code FAN_ALLOW} or {@code FAN_DENY}. */
  int code() {
    return code;
  }
}
