package io.nacre.engine.caching;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The release of the running kernel, as uname(2) has it. */
record KernelRelease(int major, int minor) {
  private static final Pattern RELEASE = Pattern.compile("(?<major>\\d{1,3})\\.(?<minor>\\d{1,3})");

  /** Returns that of this machine; 0.0 if it cannot be read. */
  static KernelRelease running() {
    Matcher release = RELEASE.matcher(System.getProperty("os.version", ""));
    return release.lookingAt()
        ? new KernelRelease(
            Integer.parseInt(release.group("major")), Integer.parseInt(release.group("minor")))
        : new KernelRelease(0, 0);
  }

  /** Returns whether each change of a file has a time of its own (Linux 6.13). */
  boolean hasFineTimes() {
    return major > 6 || (major == 6 && minor >= 13);
  }
}
