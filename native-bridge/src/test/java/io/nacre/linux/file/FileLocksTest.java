package io.nacre.linux.file;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileLocksTest {
  private static final String LOCKS =
      """
      1: LEASE  ACTIVE    WRITE 1234 00:2a:12345 0 EOF
      2: POSIX  ADVISORY  WRITE 1235 fd:01:678 0 EOF
      """;

  @Test
  void knowsALeaseByTheInode() {
    assertThat(FileLocks.hasLease(LOCKS, 12345)).isTrue();
    assertThat(FileLocks.hasLease(LOCKS, 2345)).isFalse();
  }

  @Test
  void takesNoLockForALease() {
    assertThat(FileLocks.hasLease(LOCKS, 678)).isFalse();
  }

  @Test
  void readsThePresentList() throws Exception {
    try (FileLocks leases = FileLocks.open()) {
      assertThat(leases.mayBeLeased(Long.MAX_VALUE)).isFalse();
      assertThat(leases.mayBeLeased(Long.MAX_VALUE)).isFalse();
    }
  }
}
