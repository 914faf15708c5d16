package io.nacre.engine.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CleanFilesTest {
  private final CleanFiles files = new CleanFiles(100);

  @Test
  void containsOneVersionOfAFile() {
    add(version(0, 1, 1));
    add(version(0, 1, 2));

    assertThat(files.contains(version(0, 1, 1))).isFalse();
    assertThat(files.contains(version(0, 1, 2))).isTrue();
    assertThat(files.containsAnyVersionOf(version(0, 1, 3))).isTrue();
    assertThat(files.size()).isEqualTo(1);
  }

  @Test
  void distinguishesSubvolumesThatHadTheSameDevice() {
    add(version(256, 1, 1));

    assertThat(files.contains(version(257, 1, 1))).isFalse();
  }

  @Test
  void distinguishesVersionsByEachOfTheirParts() {
    FileVersion one = new FileVersion(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1);
    add(one);

    assertThat(files.contains(one)).isTrue();
    assertThat(files.contains(new FileVersion(0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1))).isFalse();
    assertThat(files.contains(new FileVersion(1, 0, 3, 4, 5, 6, 7, 8, 9, 10, 1))).isFalse();
    assertThat(files.contains(new FileVersion(1, 2, 0, 4, 5, 6, 7, 8, 9, 10, 1))).isFalse();
    assertThat(files.contains(new FileVersion(1, 2, 3, 0, 5, 6, 7, 8, 9, 10, 1))).isFalse();
    assertThat(files.contains(new FileVersion(1, 2, 3, 4, 0, 6, 7, 8, 9, 10, 1))).isFalse();
    assertThat(files.contains(new FileVersion(1, 2, 3, 4, 5, 0, 7, 8, 9, 10, 1))).isFalse();
    assertThat(files.contains(new FileVersion(1, 2, 3, 4, 5, 6, 0, 8, 9, 10, 1))).isFalse();
    assertThat(files.contains(new FileVersion(1, 2, 3, 4, 5, 6, 7, 0, 9, 10, 1))).isFalse();
    assertThat(files.contains(new FileVersion(1, 2, 3, 4, 5, 6, 7, 8, 0, 10, 1))).isFalse();
    assertThat(files.contains(new FileVersion(1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1))).isFalse();
  }

  @Test
  void isBeingScannedUntilTheLastScanIsOver() {
    FileVersion file = version(0, 1, 1);
    CleanFiles.Scan first = files.begin(file);
    CleanFiles.Scan second = files.begin(file);

    files.end(first, /* isClean= */ false);
    assertThat(files.isBeingScanned(file)).isTrue();
    files.end(second, /* isClean= */ false);
    assertThat(files.isBeingScanned(file)).isFalse();
  }

  @Test
  void doesNotAddWhatChangedSinceTheScanBegan() {
    CleanFiles.Scan scan = files.begin(version(0, 1, 1));
    files.invalidate(version(0, 1, 2));
    files.end(scan, /* isClean= */ true);

    assertThat(files.size()).isZero();
  }

  @Test
  void keepsTheEntryOfALaterScan() {
    CleanFiles.Scan early = files.begin(version(0, 1, 1));
    files.invalidate(version(0, 1, 1));
    add(version(0, 1, 2));
    files.end(early, /* isClean= */ true);

    assertThat(files.contains(version(0, 1, 2))).isTrue();
  }

  @Test
  void returnsHowManyFilesItClears() {
    add(version(0, 1, 1));
    add(version(0, 2, 1));

    assertThat(files.clear()).isEqualTo(2);
    assertThat(files.size()).isZero();
  }

  @Test
  void keepsNoMoreThanItsCapacity() {
    for (int inode = 0; inode < 1_000; inode++) {
      add(version(0, inode, 1));
    }

    assertThat(files.size()).isLessThanOrEqualTo(100);
    assertThat(files.capacity()).isEqualTo(100);
  }

  @Test
  void aWalkOverEverythingDoesNotEvictWhatIsOpenedOften() {
    for (int round = 0; round < 10; round++) {
      for (int inode = 0; inode < 50; inode++) {
        if (!files.contains(version(0, inode, 1))) {
          add(version(0, inode, 1));
        }
      }
    }
    for (int inode = 1_000; inode < 11_000; inode++) {
      if (!files.contains(version(0, inode, 1))) {
        add(version(0, inode, 1));
      }
    }

    int left = 0;
    for (int inode = 0; inode < 50; inode++) {
      left += files.contains(version(0, inode, 1)) ? 1 : 0;
    }
    assertThat(left).isGreaterThan(40);
  }

  private void add(FileVersion version) {
    files.end(files.begin(version), /* isClean= */ true);
  }

  private static FileVersion version(long subvolume, long inode, long changed) {
    return new FileVersion(1, subvolume, inode, 100, changed, 0, 0, 0, 0, 0, 1);
  }
}
