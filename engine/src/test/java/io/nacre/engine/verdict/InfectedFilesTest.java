package io.nacre.engine.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InfectedFilesTest {
  private final InfectedFiles files = new InfectedFiles(3);

  @Test
  void isEmptyAtFirst() {
    assertThat(files.size()).isZero();
    assertThat(files.signature(version(1))).isEmpty();
  }

  @Test
  void returnsTheSignature() {
    files.add(version(1), "Eicar", files.generation());

    assertThat(files.signature(version(1))).contains("Eicar");
    assertThat(files.signature(version(2))).isEmpty();
    assertThat(files.size()).isEqualTo(1);
  }

  @Test
  void evictsTheLeastRecentlyUsed() {
    for (int i = 1; i <= 3; i++) {
      files.add(version(i), "Eicar", files.generation());
    }
    files.signature(version(1));

    files.add(version(4), "Eicar", files.generation());

    assertThat(files.size()).isEqualTo(3);
    assertThat(files.signature(version(2))).isEmpty();
    assertThat(files.signature(version(1))).isPresent();
  }

  @Test
  void isEmptyAfterTheWarmUp() {
    files.warmUp();

    assertThat(files.size()).isZero();
  }

  @Test
  void isEmptyWhenCleared() {
    files.add(version(1), "Eicar", files.generation());

    files.clear();

    assertThat(files.size()).isZero();
    assertThat(files.signature(version(1))).isEmpty();
  }

  @Test
  void addsNothingFromAScanThatBeganBeforeItWasCleared() {
    int before = files.generation();

    files.clear();
    files.add(version(1), "Eicar", before);

    assertThat(files.size()).isZero();
    assertThat(files.signature(version(1))).isEmpty();
  }

  private static FileVersion version(long inode) {
    return new FileVersion(1, 0, inode, 68, 2, 3, 4, 5, 6, 7, 1);
  }
}
