package io.nacre.linux.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The capabilities that Nacre uses, from capabilities(7). */
public enum Capability {
  /** Lets a process open files it may not read, so that every event has a descriptor. */
  CAP_DAC_READ_SEARCH(2),
  /** Lets a process remove capabilities from its bounding set. */
  CAP_SETPCAP(8),
  /** Lets a process use permission events. */
  CAP_SYS_ADMIN(21);

  private final int bit;

  Capability(int bit) {
    this.bit = bit;
  }

  /** Returns true if this process has the capability in its effective set. */
  public boolean isEffective() throws IOException {
    return isIn(Files.readAllLines(Path.of("/proc/self/status")));
  }

  boolean isIn(List<String> status) {
    return status.stream()
        .filter(line -> line.startsWith("CapEff:"))
        .map(line -> line.substring("CapEff:".length()).trim())
        .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) >> bit & 1) == 1);
  }
}
